using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MicroExpNet.Video;

/// <summary>Asks <c>ffprobe</c> about a film.</summary>
internal static class FFmpegProbe
{
    /// <summary>What the container says about one of the film's video streams.</summary>
    /// <exception cref="VideoFormatException">The file is not a film, or has no such stream.</exception>
    /// <exception cref="FFmpegEndedException">ffprobe was ended from outside.</exception>
    public static VideoInfo Read(FFmpegInstallation installation, string path, FilmSource source, int stream)
    {
        string[] arguments = ["-v", "error", "-print_format", "json", "-show_streams", "-show_format", .. source.Input];
        using Process process = Process.Start(FFmpegStart.Of(installation.Ffprobe, arguments))
            ?? throw new FFmpegNotFoundException($"'{installation.Ffprobe}' does not start");
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string json = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (FFmpegEndedException.Cause("ffprobe", process.ExitCode) is { } end) throw new FFmpegEndedException($"'{path}': {end}");
        return Parse(json, path, stream, errors.Result);
    }

    private static VideoInfo Parse(string json, string path, int stream, string errors)
    {
        using JsonDocument document = JsonDocument.Parse(json.Length == 0 ? "{}" : json);
        JsonElement[] streams = document.RootElement.TryGetProperty("streams", out JsonElement list) ? [.. list.EnumerateArray()] : [];
        JsonElement[] videos = [.. streams.Where(one => Text(one, "codec_type") == "video" && !IsCover(one))];
        if (videos.Length == 0) throw new VideoFormatException($"'{path}' is not a film: {Reason(streams, errors)}");
        if (stream >= videos.Length)
        {
            throw new VideoFormatException(
                $"'{path}' has {videos.Length} video stream{(videos.Length == 1 ? "" : "s")}; there is no number {stream}");
        }

        JsonElement video = videos[stream];
        int rotation = Rotation(video), width = Integer(video, "width"), height = Integer(video, "height");
        if (rotation % 180 != 0) (width, height) = (height, width);
        JsonElement[] sounds = [.. streams.Where(one => Text(one, "codec_type") == "audio")];
        string[] codecs = [.. sounds.Select(one => Text(one, "codec_name") ?? "unknown")];
        JsonElement format = document.RootElement.TryGetProperty("format", out JsonElement found) ? found : default;
        string container = (format.ValueKind == JsonValueKind.Object ? Text(format, "format_name") : null) ?? "";
        return new VideoInfo(
            Text(video, "codec_name") ?? "unknown",
            Text(video, "pix_fmt") ?? "",
            width,
            height,
            rotation,
            Rate(Text(video, "avg_frame_rate")) ?? Rate(Text(video, "r_frame_rate")),
            Length(video, format),
            codecs.FirstOrDefault())
        {
            Container = container,
            AudioCodecs = string.Join(',', codecs),
            IsReadWhole = container is "mpegts" or "mpeg" && sounds.Length > 0 && Start([video], format) != Start(sounds, format),
            PixelAspect = PixelAspect(Text(video, "sample_aspect_ratio"), rotation),
            IsBt709 = Text(video, "color_space") == "bt709",
        };
    }

    // To the end of the pictures, which may begin later than the sound.
    private static TimeSpan? Length(JsonElement video, JsonElement format)
    {
        if (Seconds(Text(video, "duration")) is { } own) return own + Start([video], format);
        return format.ValueKind == JsonValueKind.Object ? Seconds(Text(format, "duration")) : null;
    }

    // How long after the film the first of some streams starts; zero where that is not said.
    private static TimeSpan Start(JsonElement[] streams, JsonElement format)
    {
        double? film = Number(format, "start_time"), first = streams.Min(stream => Number(stream, "start_time"));
        return first - film is > 0 and < TimeBase.MaxSeconds and double seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
    }

    // "64:45" as it is before rotation.
    private static string? PixelAspect(string? ratio, int rotation)
    {
        string[] parts = (ratio ?? "").Split(':');
        return parts.Length == 2 && int.TryParse(parts[0], out int width) && int.TryParse(parts[1], out int height)
            && width > 0 && height > 0 && width != height
                ? (rotation % 180 == 0 ? $"{width}/{height}" : $"{height}/{width}")
                : null;
    }

    // A picture that travels with an audio file.
    private static bool IsCover(JsonElement stream) =>
        stream.TryGetProperty("disposition", out JsonElement disposition) && Integer(disposition, "attached_pic") == 1;

    private static string Reason(JsonElement[] streams, string errors)
    {
        if (streams.Any(stream => Text(stream, "codec_type") == "audio")) return "it holds sound alone";
        string last = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
        int colon = last.LastIndexOf(": ", StringComparison.Ordinal);
        return last.Length == 0 ? "it has no video stream" : last[(colon + 1)..].Trim();
    }

    private static int Rotation(JsonElement video)
    {
        double degrees = 0;
        if (video.TryGetProperty("side_data_list", out JsonElement list))
        {
            foreach (JsonElement data in list.EnumerateArray())
            {
                // The display matrix turns counterclockwise; one of zeros turns by no number of degrees.
                double turn = data.TryGetProperty("rotation", out JsonElement value) ? value.GetDouble() : 0;
                if (turn is >= -360 and <= 360 and not 0) degrees = -turn;
            }
        }

        return (((int)Math.Round(degrees / 90) * 90 % 360) + 360) % 360;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Number(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && double.TryParse(Text(element, name), CultureInfo.InvariantCulture, out double number)
            ? number
            : null;

    private static int Integer(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.TryGetInt32(out int number) ? number : 0;

    private static TimeSpan? Seconds(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and < 1e9
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static double? Rate(string? text)
    {
        string[] parts = (text ?? "").Split('/');
        return parts.Length == 2
            && double.TryParse(parts[0], CultureInfo.InvariantCulture, out double above)
            && double.TryParse(parts[1], CultureInfo.InvariantCulture, out double below)
            && above > 0 && below > 0
                ? above / below
                : null;
    }
}
