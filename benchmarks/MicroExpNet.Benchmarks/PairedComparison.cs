using System.Diagnostics;
using System.Globalization;
using MicroExpNet.Models;
using MicroExpNet.OpenCv;

namespace MicroExpNet.Benchmarks;

/// <summary>
/// Times this library, ONNX Runtime and, where it loads, OpenCV's DNN module in turn, in one process, and compares round by round: on a
/// machine whose speed drifts, the ratio of neighbours holds where absolute times do not. With several callers, each thread runs images of
/// its own on one thread.
/// </summary>
internal static class PairedComparison
{
    /// <summary>Rounds of each network, batch size and number of callers.</summary>
    public const int Rounds = 301;

    private const double RoundSeconds = 0.01;

    /// <summary>Compares the paper's network and the default one, and prints a line for each batch size and number of callers.</summary>
    public static NetworkSpeed[] Run(TextWriter output)
    {
        bool withOpenCv = true;
        try
        {
            OpenCvRuntime.Require();
        }
        catch (DetectorUnavailableException e)
        {
            withOpenCv = false;
            output.WriteLine(e.Message);
        }

        output.WriteLine($"one thread a caller; medians of {Rounds} paired rounds, in brackets their middle half");
        output.WriteLine("network               batch callers   this library  of the limit   ONNX Runtime   times as fast       "
            + (withOpenCv ? "     OpenCV DNN   times as fast       " : "") + "   times one caller");
        List<NetworkSpeed> speeds = [];
        foreach (Model model in (Model[])[SampleModel.Create(), ExpressionRecognizer.Default.Network.Model])
        {
            foreach (int batch in (int[])[1, 64])
            {
                speeds.Add(Compare(model, model, batch, 1, withOpenCv, output));
                if (Environment.ProcessorCount > 1) speeds.Add(Compare(model, model, batch, 2, withOpenCv, output));
            }

            speeds.Add(Compare(model, SampleModel.Quantize(model), 1, 1, withOpenCv, output));
        }

        return [.. speeds];
    }

    // This library computes its own model, which may be the quantised one; the others the float model.
    private static NetworkSpeed Compare(Model model, Model own, int batch, int callers, bool withOpenCv, TextWriter output)
    {
        Network network = new(own);
        float[] images = SampleModel.Images(model, batch);
        float[][] logits = [.. Enumerable.Range(0, callers).Select(_ => new float[batch * model.Architecture.Labels.Length])];
        IPeer[] onnxRuntime = [.. Enumerable.Range(0, callers).Select(_ => new OnnxRuntimePeer(model, images, batch))];
        IPeer[] openCv = withOpenCv ? [.. Enumerable.Range(0, callers).Select(_ => new OpenCvPeer(model, images, batch))] : [];
        using CallerTeam one = new(1), team = new(callers);
        List<Action<int>> runs = [caller => network.Run(images, batch, logits[caller]), caller => onnxRuntime[caller].Run()];
        if (withOpenCv) runs.Add(caller => openCv[caller].Run());
        foreach (Action<int> run in runs) Warm(team, run);
        double tolerance = own.Quantization is null ? 1e-4 : 0.1;
        CheckAgreement(logits[0], onnxRuntime[0], tolerance);
        if (withOpenCv) CheckAgreement(logits[0], openCv[0], tolerance);

        (double[][] seconds, double[] limits, double[] scaling) = Measure(runs, one, team, callers);
        foreach (IPeer peer in (IEnumerable<IPeer>)[.. onnxRuntime, .. openCv]) peer.Dispose();
        double imagesAtOnce = (double)batch * callers;
        double done = MultiplyAddCount.Done(model.Architecture);
        NetworkSpeed speed = new()
        {
            Network = model.Architecture.Name,
            Bits = own.Quantization is null ? 32 : 8,
            Batch = batch,
            Callers = callers,
            Microseconds = Quantile(seconds[0], 2) / imagesAtOnce * 1e6,
            MultiplyAdds = model.Architecture.MultiplyAdds,
            MultiplyAddsDone = (long)done,
            LimitPerSecond = Quantile(limits, 2),
            ShareOfLimit = Quantile([.. seconds[0].Zip(limits, (time, limit) => done * imagesAtOnce / time / limit)], 2),
            OnnxRuntime = Compare(seconds[0], seconds[1], imagesAtOnce),
            OpenCv = withOpenCv ? Compare(seconds[0], seconds[2], imagesAtOnce) : null,
        };
        string timesOne = callers > 1 ? Spread(Quantile(scaling, 2), Quantile(scaling, 1), Quantile(scaling, 3)) : "";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{speed.Network + (speed.Bits == 32 ? "" : ", 8 bits"),-21} {batch,5} {callers,7} {speed.Microseconds,11:0.0} µs {speed.ShareOfLimit,13:0%} {Columns(speed.OnnxRuntime)}{Columns(speed.OpenCv)}   {timesOne}"));
        return speed;
    }

    // Of each round: the seconds of one call of each runtime, what the processor could do, and by how much several callers do more than one.
    private static (double[][] Seconds, double[] Limits, double[] Scaling) Measure(List<Action<int>> runs, CallerTeam one, CallerTeam team, int callers)
    {
        int repeats = Math.Max(1, (int)(RoundSeconds / one.Time(runs[1], 20)));
        double[][] seconds = [.. runs.Select(_ => new double[Rounds])];
        double[] limits = new double[Rounds], scaling = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            // Who goes first moves on, so that none always meets the caches the same other left.
            for (int i = 0; i < runs.Count; i++)
            {
                int turn = (round + i) % runs.Count;
                seconds[turn][round] = team.Time(runs[turn], repeats);
            }

            limits[round] = callers * MultiplyAddLimit.PerRun / team.Time(_ => MultiplyAddLimit.Run(), 1);
            if (callers > 1) scaling[round] = callers * one.Time(runs[0], repeats) / seconds[0][round];
        }

        return (seconds, limits, scaling);
    }

    private static PeerSpeed Compare(double[] ours, double[] theirs, double imagesAtOnce)
    {
        double[] ratios = [.. theirs.Zip(ours, (a, b) => a / b)];
        return new PeerSpeed(Quantile(theirs, 2) / imagesAtOnce * 1e6, Quantile(ratios, 2), Quantile(ratios, 1), Quantile(ratios, 3));
    }

    private static string Columns(PeerSpeed? peer) => peer is null ? "" :
        string.Create(CultureInfo.InvariantCulture, $"{peer.Microseconds,12:0.0} µs   {Spread(peer.TimesAsFast, peer.LowerQuartile, peer.UpperQuartile),-20}");

    private static string Spread(double median, double lower, double upper) => string.Create(CultureInfo.InvariantCulture, $"{median:0.00} ({lower:0.00} to {upper:0.00})");

    private static double Quantile(double[] values, int quarter) => values.Order().ElementAt(values.Length * quarter / 4);

    private static void Warm(CallerTeam team, Action<int> run)
    {
        long until = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 2);
        while (Stopwatch.GetTimestamp() < until) team.Time(run, 1);
    }

    private static void CheckAgreement(ReadOnlySpan<float> ours, IPeer peer, double tolerance)
    {
        float magnitude = 0, difference = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            magnitude = Math.Max(magnitude, Math.Abs(peer.Logits[i]));
            difference = Math.Max(difference, Math.Abs(ours[i] - peer.Logits[i]));
        }

        if (!(difference <= tolerance * magnitude)) throw new InvalidOperationException($"{peer.GetType().Name} differs by {difference} of {magnitude}: nothing to compare");
    }
}
