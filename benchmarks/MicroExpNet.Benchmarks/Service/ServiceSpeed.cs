using System.Diagnostics;
using System.Globalization;
using MicroExpNet.Vision;

namespace MicroExpNet.Benchmarks.Service;

/// <summary>
/// The service beside <c>mexp predict</c> on files, in turn; its streams; and how it holds under load. The load comes from this process
/// and takes a share of the same processor.
/// </summary>
internal static class ServiceSpeed
{
    private const int Pictures = 2000;
    private const int Rounds = 9;
    private const int Concurrency = 8;
    private const int ManyClients = 64;
    private const int TooManyClients = 640;

    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LongTime = TimeSpan.FromSeconds(60);

    /// <summary>Prints tables.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="mexp">The command <c>mexp</c>.</param>
    /// <param name="server">The program <c>mexp-server</c>.</param>
    /// <param name="photo">A photo of a face.</param>
    public static async Task RunAsync(TextWriter output, string mexp, string server, string photo)
    {
        byte[] picture = await File.ReadAllBytesAsync(photo);
        await CompareAsync(output, mexp, server, photo, picture);
        await StreamAsync(output, server, photo);
        await LoadAsync(output, server, picture);
    }

    private static async Task CompareAsync(TextWriter output, string mexp, string server, string photo, byte[] picture)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mexp-service");
        try
        {
            string extension = Path.GetExtension(photo);
            for (int i = 0; i < Pictures; i++) File.Copy(photo, Path.Combine(folder.FullName, $"{i:0000}{extension}"));
            string one = Path.Combine(folder.FullName, $"0000{extension}");
            using ServiceProcess service = await ServiceProcess.StartAsync(server);
            await new HttpLoad(service.Address, picture).RunAsync(Concurrency, RoundTime);
            output.WriteLine($"{Path.GetFileName(photo)} by mexp predict on {Pictures:N0} files (its start taken off), and by the service, "
                + $"{Concurrency} clients; {Rounds} paired rounds");
            output.WriteLine("round   predict     service   ratio    median      p99   p99/median");
            List<(double Predict, double Service, double Ratio, double Median, double P99)> rounds = [];
            for (int round = 0; round < Rounds; round++)
            {
                double start = await PredictAsync(mexp, one), all = await PredictAsync(mexp, folder.FullName);
                LoadResult load = await new HttpLoad(service.Address, picture).RunAsync(Concurrency, RoundTime);
                double predict = (Pictures - 1) / (all - start);
                rounds.Add((predict, load.Rate, load.Rate / predict, load.Quantile(0.5), load.Quantile(0.99)));
                Row(output, $"{round + 1,5}", rounds[^1]);
            }

            Row(output, "  all", (
                Median(rounds.Select(one => one.Predict)), Median(rounds.Select(one => one.Service)),
                    Median(rounds.Select(one => one.Ratio)),
                Median(rounds.Select(one => one.Median)), Median(rounds.Select(one => one.P99))));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Row(
        TextWriter output, string name, (double Predict, double Service, double Ratio, double Median, double P99) row) =>
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name} {row.Predict,7:0} /s {row.Service,9:0} /s {row.Ratio,7:0.00} {row.Median,6:0.0} ms {row.P99,5:0.0} ms "
                + $"{row.P99 / row.Median,12:0.0}"));

    private static double Median(IEnumerable<double> values)
    {
        double[] ordered = [.. values.Order()];
        return ordered[ordered.Length / 2];
    }

    private static async Task<double> PredictAsync(string mexp, string path)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(
            new ProcessStartInfo(
                mexp, ["predict", path, "--format", "ndjson"])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? Stopwatch.GetElapsedTime(start).TotalSeconds
            : throw new InvalidOperationException(await errors);
    }

    private static async Task StreamAsync(TextWriter output, string server, string photo)
    {
        output.WriteLine("\nstreams of 640×480 with one face that moves, each frame sent when the last one is answered");
        output.WriteLine("frames   streams   frames a second   faces a frame");
        using ServiceProcess service = await ServiceProcess.StartAsync(server);
        using Photo sample = Photo.Load(photo);
        (byte[][] gray, byte[][] jpeg) = MakeFilm(sample);
        foreach ((string name, byte[][] frames) in new[] { ("grey", gray), ("JPEG", jpeg) })
        {
            foreach (int streams in new[] { 1, 2, 4 })
            {
                (double rate, double faces) = await new StreamLoad(service.Address, frames).RunAsync(streams, RoundTime);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,6} {streams,9} {rate,17:0} {faces,15:0.00}"));
            }
        }
    }

    // The sample, cut and moved a pixel or two from frame to frame.
    private static (byte[][] Gray, byte[][] Jpeg) MakeFilm(Photo sample)
    {
        const int count = 40, width = 640, height = 480;
        byte[][] gray = new byte[count][], jpeg = new byte[count][];
        for (int frame = 0; frame < count; frame++)
        {
            byte[] rgba = new byte[width * height * 4];
            Array.Fill(rgba, (byte)128);
            for (int y = 0; y < height; y++)
            {
                int source = ((y + (frame / 2)) % sample.Height) * sample.Stride;
                sample.Rgba.AsSpan(source, Math.Min(sample.Stride, (width - (2 * frame)) * 4))
                    .CopyTo(rgba.AsSpan(((y * width) + (2 * frame)) * 4));
            }

            using Photo photo = new(rgba, width, height);
            gray[frame] = [.. "GRAY"u8, width & 255, width >> 8, height & 255, height >> 8, .. photo.ToGray()];
            using MemoryStream file = new();
            photo.Save(file, PhotoFormat.Jpeg);
            jpeg[frame] = file.ToArray();
        }

        return (gray, jpeg);
    }

    private static async Task LoadAsync(TextWriter output, string server, byte[] picture)
    {
        using ServiceProcess service = await ServiceProcess.StartAsync(server);
        await new HttpLoad(service.Address, picture).RunAsync(ManyClients, RoundTime);
        double before = service.Megabytes;
        LoadResult many = await new HttpLoad(service.Address, picture).RunAsync(ManyClients, LongTime);
        double after = service.Megabytes;
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"\n{ManyClients} clients for {LongTime.TotalSeconds} s: {Describe(many)}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory after 4 s {before:0} MB, after a minute more {after:0} MB"));
        LoadResult over = await new HttpLoad(service.Address, picture).RunAsync(TooManyClients, RoundTime * 4);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{TooManyClients} clients for 16 s: {Describe(over)}; memory {service.Megabytes:0} MB"));
        Task<LoadResult> last = new HttpLoad(service.Address, picture).RunAsync(ManyClients, LongTime);
        await Task.Delay(RoundTime / 2);
        (int exitCode, TimeSpan elapsed) = await service.StopAsync();
        LoadResult stopped = await last;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"SIGTERM with {ManyClients} clients: {Describe(stopped)}; ended after {elapsed.TotalSeconds:0.00} s with exit code " +
                $"{exitCode}"));
    }

    private static string Describe(LoadResult load) => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(", ", load.Statuses.OrderBy(one => one.Key).Select(one => $"{one.Value:N0} answers of status {one.Key}"))}; "
            + $"{load.Truncated} broken off, {load.Unanswered} closed before an answer; {load.Rate:0} recognised a second, median "
            + $"{load.Quantile(0.5):0.0} ms, p99 {load.Quantile(0.99):0.0} ms");
}
