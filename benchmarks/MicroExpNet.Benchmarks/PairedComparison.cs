using System.Globalization;
using System.Reflection;
using MicroExpNet.Cli.Bench;
using MicroExpNet.Models;
using MicroExpNet.OpenCv;

namespace MicroExpNet.Benchmarks;

/// <summary>
/// Compares this library, ONNX Runtime and, where it loads, OpenCV's DNN module in paired rounds. With several callers, each thread runs
/// images of its own.
/// </summary>
internal static class PairedComparison
{
    /// <summary>Rounds of each network, batch size and number of callers.</summary>
    public const int Rounds = 301;

    private const double WarmSeconds = 0.5;

    /// <summary>
    /// Compares the paper's network, microexpnet-2 and the default one, each in floats and in 8 bits, and prints a line for each batch size
    /// and number of callers.
    /// </summary>
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
        output.WriteLine("network                     batch callers   this library  of the limit   ONNX Runtime   times as fast       "
            + "      in 8 bits   times as fast       " + (withOpenCv ? "     OpenCV DNN   times as fast       " : "")
            + "   times one caller");
        List<NetworkSpeed> speeds = [];
        Model paper = SampleModel.Create(), larger = Model.Load("microexpnet-2"), quantized = ExpressionRecognizer.Default.Network.Model;
        Model floats = new(quantized.Architecture, quantized.Parameters, quantized.Card);
        (Model, Model)[] models = [(paper, SampleModel.Quantize(paper)), (larger, SampleModel.Quantize(larger)), (floats, quantized)];
        foreach ((Model model, Model own) in models)
        {
            foreach (int batch in (int[])[1, 64])
            {
                speeds.Add(Compare(model, model, batch, 1, cold: false, withOpenCv, output));
                if (Environment.ProcessorCount > 1) speeds.Add(Compare(model, model, batch, 2, cold: false, withOpenCv, output));
            }

            speeds.Add(Compare(model, model, 1, 1, cold: true, withOpenCv, output));
            speeds.Add(Compare(model, own, 1, 1, cold: false, withOpenCv, output));
            speeds.Add(Compare(model, own, 1, 1, cold: true, withOpenCv, output));
        }

        return [.. speeds];
    }

    /// <summary>A report of what was measured on this machine.</summary>
    /// <param name="processor">The processor's name; null for what the system calls it, which on rented machines says little.</param>
    /// <param name="networks">What was measured.</param>
    public static SpeedReport Report(string? processor, NetworkSpeed[] networks)
    {
        Machine machine = Machine.This();
        return new SpeedReport
        {
            Date = DateOnly.FromDateTime(DateTime.UtcNow),
            Processor = processor ?? machine.Processor,
            Cores = machine.Cores,
            InstructionSet = machine.InstructionSet,
            OperatingSystem = machine.System,
            Runtime = machine.Runtime,
            MicroExpNet = typeof(Network).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
            OnnxRuntime = machine.OnnxRuntime!,
            OpenCv = OpenCvPeer.Version,
            Rounds = Rounds,
            Networks = networks,
        };
    }

    // This library computes its own model, which may be the quantised one; ONNX Runtime both, OpenCV the float model.
    private static NetworkSpeed Compare(Model model, Model own, int batch, int callers, bool cold, bool withOpenCv, TextWriter output)
    {
        bool in8Bits = own.Quantization is not null;
        Network network = new(own);
        float[] images = SampleModel.Images(model, batch);
        float[][] logits = [.. Enumerable.Range(0, callers).Select(_ => new float[batch * model.Architecture.Labels.Length])];
        IPeer[] onnxRuntime = [.. Enumerable.Range(0, callers).Select(_ => new OnnxRuntimePeer(model, images, batch))];
        IPeer[] onnxRuntimeIn8Bits = in8Bits
            ? [.. Enumerable.Range(0, callers).Select(_ => new OnnxRuntimePeer(own, images, batch))]
            : [];
        IPeer[] openCv = withOpenCv ? [.. Enumerable.Range(0, callers).Select(_ => new OpenCvPeer(model, images, batch))] : [];
        using CallerTeam one = new(1), team = new(callers);
        List<Action<int>> runs = [caller => network.Run(images, batch, logits[caller]), caller => onnxRuntime[caller].Run()];
        if (in8Bits) runs.Add(caller => onnxRuntimeIn8Bits[caller].Run());
        if (withOpenCv) runs.Add(caller => openCv[caller].Run());
        int[] calls = [.. runs.Select(run => PairedRounds.Warm(team, run, WarmSeconds))];

        // The default model's ranges are those of faces; the others' are those of such noise.
        double in8BitsOfFloats = own == ExpressionRecognizer.Default.Network.Model ? 0.2 : 0.1;
        double toleranceOfFloats = in8Bits ? in8BitsOfFloats : 1e-4;
        CheckAgreement(logits[0], onnxRuntime[0], toleranceOfFloats);
        if (in8Bits) CheckAgreement(logits[0], onnxRuntimeIn8Bits[0], 0.1);
        if (withOpenCv) CheckAgreement(logits[0], openCv[0], toleranceOfFloats);

        // Of each round, what the processor could do, and by how much several callers do more than one.
        List<double> limits = [], scaling = [], alone = [];
        List<double>[] seconds = cold
            ? PairedRounds.RunCold([.. runs.Select<Action<int>, Action>(run => () => run(0))], round => round < Rounds, EndRound)
            : PairedRounds.Run(team, runs, calls, round => round < Rounds, EndRound);
        if (callers > 1) scaling = [.. alone.Zip(seconds[0], (a, b) => callers * a / b)];
        foreach (IPeer peer in (IEnumerable<IPeer>)[.. onnxRuntime, .. onnxRuntimeIn8Bits, .. openCv]) peer.Dispose();
        double imagesAtOnce = (double)batch * callers;
        double done = MultiplyAddCount.Done(model.Architecture);
        NetworkSpeed speed = new()
        {
            Network = model.Architecture.Name,
            Bits = in8Bits ? 8 : 32,
            Batch = batch,
            Callers = callers,
            Cold = cold,
            Microseconds = PairedRounds.Quartile(seconds[0], 2) / imagesAtOnce * 1e6,
            MultiplyAdds = model.Architecture.MultiplyAdds,
            MultiplyAddsDone = (long)done,
            LimitPerSecond = PairedRounds.Quartile(limits, 2),
            ShareOfLimit = PairedRounds.Quartile([.. seconds[0].Zip(limits, (time, limit) => done * imagesAtOnce / time / limit)], 2),
            OnnxRuntime = Compare(seconds[0], seconds[1], imagesAtOnce),
            OnnxRuntimeIn8Bits = in8Bits ? Compare(seconds[0], seconds[2], imagesAtOnce) : null,
            OpenCv = withOpenCv ? Compare(seconds[0], seconds[^1], imagesAtOnce) : null,
        };
        string timesOne = callers > 1
            ? Spread(PairedRounds.Quartile(scaling, 2), PairedRounds.Quartile(scaling, 1), PairedRounds.Quartile(scaling, 3))
            : "";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{speed.Network + (in8Bits ? ", 8 bits" : "") + (cold ? ", cold" : ""),-27} {batch,5} {callers,7} " +
                $"{speed.Microseconds,11:0.0} µs {speed.ShareOfLimit,13:0%} {Columns(speed.OnnxRuntime)}" +
                $"{Columns(speed.OnnxRuntimeIn8Bits)}{(withOpenCv ? Columns(speed.OpenCv) : "")}   {timesOne}"));
        return speed;

        void EndRound()
        {
            limits.Add(callers * MultiplyAddLimit.PerRun / team.Time(_ => MultiplyAddLimit.Run(), 1));
            if (callers > 1) alone.Add(one.Time(runs[0], calls[0]));
        }
    }

    private static PeerSpeed Compare(List<double> ours, List<double> theirs, double imagesAtOnce)
    {
        double[] ratios = PairedRounds.Ratios(ours, theirs);
        return new PeerSpeed(
            PairedRounds.Quartile(theirs, 2) / imagesAtOnce * 1e6, PairedRounds.Quartile(ratios, 2), PairedRounds.Quartile(ratios, 1),
            PairedRounds.Quartile(ratios, 3));
    }

    private static string Columns(PeerSpeed? peer) => peer is null ? new string(' ', 38) :
        string.Create(
            CultureInfo.InvariantCulture,
            $"{peer.Microseconds,12:0.0} µs   {Spread(peer.TimesAsFast, peer.LowerQuartile, peer.UpperQuartile),-20}");

    private static string Spread(double median, double lower, double upper) =>
        string.Create(CultureInfo.InvariantCulture, $"{median:0.00} ({lower:0.00} to {upper:0.00})");

    private static void CheckAgreement(ReadOnlySpan<float> ours, IPeer peer, double tolerance)
    {
        float magnitude = 0, difference = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            magnitude = Math.Max(magnitude, Math.Abs(peer.Logits[i]));
            difference = Math.Max(difference, Math.Abs(ours[i] - peer.Logits[i]));
        }

        if (!(difference <= tolerance * magnitude))
        {
            throw new InvalidOperationException($"{peer.GetType().Name} differs by {difference} of {magnitude}: nothing to compare");
        }
    }
}
