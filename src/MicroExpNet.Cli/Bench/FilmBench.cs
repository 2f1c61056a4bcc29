using System.Diagnostics;
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
    /// <param name="face">Where it is.</param>
    /// <param name="recognizer">Recognises the expressions.</param>
    /// <param name="detector">Finds the faces.</param>
    /// <param name="size">Columns and rows of a frame.</param>
    /// <param name="frames">Frames of the film, H.264.</param>
    /// <param name="seconds">How long for each of the two.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    /// <returns>The row; null where FFmpeg is not installed.</returns>
    public static async Task<FilmRow?> RunAsync(
        SamplePhoto sample, FaceBox face, ExpressionRecognizer recognizer, FaceDetector detector, (int Width, int Height) size, int frames,
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
            Write(film, sample.Photo, face, size, frames);
            VideoAnalyzer analyzer = new(recognizer, detector);
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

    private static void Write(string path, Photo photo, FaceBox face, (int Width, int Height) size, int frames)
    {
        VideoScene scene = new(photo.ToGray(), photo.Width, photo.Height, face, size.Width, size.Height, faces: 1, phase: 0);
        byte[] pixels = new byte[size.Width * size.Height * 4];
        using VideoWriter writer = new(path, size.Width, size.Height);
        for (int i = 0; i < frames; i++)
        {
            scene.Draw(i);
            for (int at = 0; at < scene.Frame.Length; at++) pixels.AsSpan(4 * at, 4).Fill(scene.Frame[at]);
            writer.Write(TimeSpan.FromSeconds(i / 25.0), pixels);
        }

        writer.Complete();
    }

    private static void Decode(FFmpegInstallation ffmpeg, string film)
    {
        using Process process = Process.Start(ffmpeg.Ffmpeg, ["-nostdin", "-v", "error", "-i", film, "-f", "null", "-"]);
        process.WaitForExit();
    }

    private static async Task AnalyzeAsync(VideoAnalyzer analyzer, string film, string table, CancellationToken cancellationToken)
    {
        await using FileStream stream = File.Create(table);
        CsvFaceTableWriter rows = new(stream, CsvStyle.Default);
        await foreach (VideoFrameResult frame in analyzer.AnalyzeAsync(film, cancellationToken: cancellationToken))
        {
            foreach (TrackedFace one in frame.Faces) rows.Write(film, frame, one);
        }

        rows.Complete();
    }
}
