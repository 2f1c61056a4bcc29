using System.Diagnostics;
using MicroExpNet.Cli.Predict;
using MicroExpNet.Vision;
using SkiaSharp;

namespace MicroExpNet.Cli.Bench;

/// <summary>
/// Times <c>mexp predict</c> on a folder of photos, and reading, decoding and detection alone, in paired rounds: how much of the time goes
/// into
/// what every photo needs anyhow.
/// </summary>
internal static class FolderBench
{
    private const int Photos = 100;
    private const int Side = 512;
    private const int Quality = 90;

    /// <summary>Measures.</summary>
    /// <param name="sample">The photo the folder is filled with, as JPEG files of 512×512 pixels.</param>
    /// <param name="recognizer">Recognises the expressions.</param>
    /// <param name="detector">Finds the faces.</param>
    /// <param name="threads">Photos at once.</param>
    /// <param name="seconds">How long for each of the two.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    public static async Task<FolderResult> RunAsync(
        SamplePhoto sample, ExpressionRecognizer recognizer, FaceDetector detector, int threads, double seconds,
            CancellationToken cancellationToken)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mexp-bench-");
        try
        {
            byte[] jpeg = Resized(sample.Photo);
            for (int i = 0; i < Photos; i++)
            {
                await File.WriteAllBytesAsync(Path.Combine(folder.FullName, $"{i:000}.jpg"), jpeg, cancellationToken);
            }
            IReadOnlyList<PictureInput> inputs = PictureList.Find([folder.FullName], excludedFolder: null).Inputs;
            PictureRecognizer run = new()
            {
                Recognizer = new PhotoClassifier(new FaceClassifier(recognizer.Network.Model), detector),
                Selection = FaceSelection.All,
                Limits = PhotoLimits.Default,
                Jobs = threads,
                StandardInput = Stream.Null,
            };
            TurnTimes alone = new(1), whole = new(1);
            double aloneSeconds = 0, wholeSeconds = 0;
            long aloneAllocated = 0, wholeAllocated = 0;
            List<double> ratios = [];
            DecodeAndDetect(inputs, detector, threads, new TurnTimes(1), cancellationToken);
            await PredictAsync(run, inputs, new TurnTimes(1), cancellationToken);
            for (long start = Stopwatch.GetTimestamp(); ratios.Count < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < 2 * seconds;)
            {
                long first = Stopwatch.GetTimestamp(), allocated = GC.GetTotalAllocatedBytes();
                DecodeAndDetect(inputs, detector, threads, alone, cancellationToken);
                long second = Stopwatch.GetTimestamp();
                aloneAllocated += GC.GetTotalAllocatedBytes() - allocated;
                allocated = GC.GetTotalAllocatedBytes();
                await PredictAsync(run, inputs, whole, cancellationToken);
                double one = Stopwatch.GetElapsedTime(first, second).TotalSeconds, other = Stopwatch.GetElapsedTime(second).TotalSeconds;
                wholeAllocated += GC.GetTotalAllocatedBytes() - allocated;
                aloneSeconds += one;
                wholeSeconds += other;
                ratios.Add(one / other);
            }

            double things = ratios.Count * (double)Photos;
            ratios.Sort();
            return new FolderResult(
                Photos, threads, TurnTimes.Join([alone]) with { PerSecond = things / aloneSeconds, Allocated = aloneAllocated / things },
                TurnTimes.Join([whole]) with { PerSecond = things / wholeSeconds, Allocated = wholeAllocated / things },
                    ratios[ratios.Count / 2]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void DecodeAndDetect(
        IReadOnlyList<PictureInput> inputs, FaceDetector detector, int threads, TurnTimes times, CancellationToken cancellationToken)
    {
        int next = -1;
        using CallerTeam team = new(threads);
        team.Run(_ =>
        {
            while (!cancellationToken.IsCancellationRequested && Interlocked.Increment(ref next) is int i && i < inputs.Count)
            {
                long start = Stopwatch.GetTimestamp();
                using (GrayPhoto photo = GrayPhoto.Load(inputs[i].Name)) detector.Detect(photo);
                long ticks = Stopwatch.GetTimestamp() - start;
                lock (times) times.Add(ticks, 0);
            }
        });
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static async Task PredictAsync(
        PictureRecognizer run, IReadOnlyList<PictureInput> inputs, TurnTimes times, CancellationToken cancellationToken)
    {
        JsonResultWriter writer = new(Stream.Null, array: true);
        await foreach (PictureResult result in run.RunAsync(inputs, cancellationToken))
        {
            writer.Write(result);
            times.Add((long)(result.Elapsed.TotalSeconds * Stopwatch.Frequency), 0);
        }

        writer.Complete();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static byte[] Resized(Photo photo)
    {
        using SKImage image = SKImage.FromPixelCopy(
            new SKImageInfo(photo.Width, photo.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), photo.Rgba);
        using SKBitmap bitmap = new(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        image.ScalePixels(bitmap.PeekPixels(), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return data.ToArray();
    }
}
