using System.Diagnostics;
using System.Globalization;
using MicroExpNet.Cli.Predict;
using MicroExpNet.Cli.Video;
using MicroExpNet.Video;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Bench;

/// <summary>Times <c>mexp video</c> on a film with one face, from the file to the table, and FFmpeg's decoding alone, in paired
/// rounds.</summary>
internal static class FilmBench
{
    private const int MinRounds = 3;

    /// <summary>Measures one row.</summary>
    /// <param name="sample">The photo whose face the film shows.</param>
    /// <param name="recognizer">Recognises the expressions.</param>
    /// <param name="detector">Finds the faces.</param>
    /// <param name="size">Columns and rows of a frame.</param>
    /// <param name="frames">Frames of the film, H.264.</param>
    /// <param name="seconds">How long for each of the two.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    /// <returns>The row; null where FFmpeg is not installed, or was built without H.264.</returns>
    public static async Task<FilmRow?> RunAsync(
        SamplePhoto sample, ExpressionRecognizer recognizer, FaceDetector detector, (int Width, int Height) size, int frames,
        double seconds, CancellationToken cancellationToken)
    {
        FFmpegInstallation ffmpeg;
        try
        {
            ffmpeg = FFmpegInstallation.Find();
        }
        catch (FFmpegNotFoundException)
        {
            return null;
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("mexp-bench-");
        try
        {
            string film = Path.Combine(folder.FullName, "film.mkv"), table = Path.Combine(folder.FullName, "faces.csv");
            if (!TryWrite(ffmpeg, film, sample, size, frames)) return null;
            VideoAnalyzer analyzer = new(
                recognizer, detector, new VideoOptions { SmoothingTime = TimeSpan.FromSeconds(TrackingOptions.DefaultSmoothing) });
            List<double> ratios = [];
            double decodeSeconds = 0, tableSeconds = 0;
            await AnalyzeAsync(analyzer, film, table, cancellationToken);
            for (long start = Stopwatch.GetTimestamp();
                ratios.Count < MinRounds || Stopwatch.GetElapsedTime(start).TotalSeconds < 2 * seconds;)
            {
                long first = Stopwatch.GetTimestamp();
                Decode(ffmpeg, film);
                long second = Stopwatch.GetTimestamp();
                await AnalyzeAsync(analyzer, film, table, cancellationToken);
                double one = Stopwatch.GetElapsedTime(first, second).TotalSeconds, other = Stopwatch.GetElapsedTime(second).TotalSeconds;
                decodeSeconds += one;
                tableSeconds += other;
                ratios.Add(one / other);
            }

            double all = ratios.Count * (double)frames;
            return new FilmRow(
                size.Width, size.Height, frames, all / decodeSeconds, all / tableSeconds, PairedRounds.Quartile(ratios, 2));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // As a hand holds a camera: the photo moves slowly and shakes, and every pixel is noisy. FFmpeg decodes a film in which nothing moves
    // in a fraction of the time.
    private static bool TryWrite(FFmpegInstallation ffmpeg, string path, SamplePhoto sample, (int Width, int Height) size, int frames)
    {
        string photo = Path.ChangeExtension(path, ".png");
        sample.Photo.Save(photo);
        int width = size.Width * 5 / 4, height = size.Height * 5 / 4;
        const string X = "(iw-ow)/2*(1+0.6*sin(t*1.3)+0.03*sin(t*7.1))", Y = "(ih-oh)/2*(0.6+0.2*sin(t*0.9)+0.02*sin(t*9))";
        string filters = string.Create(
            CultureInfo.InvariantCulture,
            $"scale={width}:{height}:force_original_aspect_ratio=increase," +
            $"crop={size.Width}:{size.Height}:x='{X}':y='{Y}',noise=alls=8:allf=t");
        using Process process = Process.Start(
            ffmpeg.Ffmpeg,
            [
                "-nostdin", "-v", "error", "-framerate", "25", "-loop", "1", "-i", photo, "-vf", filters, "-frames:v", $"{frames}",
                "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", path,
            ]);
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static void Decode(FFmpegInstallation ffmpeg, string film)
    {
        using Process process = Process.Start(ffmpeg.Ffmpeg, ["-nostdin", "-v", "error", "-i", film, "-f", "null", "-"]);
        process.WaitForExit();
    }

    private static async Task AnalyzeAsync(VideoAnalyzer analyzer, string film, string table, CancellationToken cancellationToken)
    {
        await using FileStream stream = File.Create(table);
        CsvFaceTableWriter rows = new(stream, CsvStyle.Default, analyzer.Labels);
        await foreach (VideoFrameResult frame in analyzer.AnalyzeAsync(film, cancellationToken: cancellationToken))
        {
            foreach (VideoFace one in frame.Faces) rows.Write(film, frame, one);
        }

        rows.Complete();
    }
}
