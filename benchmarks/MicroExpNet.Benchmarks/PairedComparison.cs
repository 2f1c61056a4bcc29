using System.Diagnostics;
using MicroExpNet.Models;

namespace MicroExpNet.Benchmarks;

/// <summary>
/// Times this library and ONNX Runtime in turn, in one process, on one thread each, and compares pair by pair: on a machine whose speed
/// drifts, the ratio of neighbours holds where absolute times do not.
/// </summary>
internal static class PairedComparison
{
    private const int Rounds = 301;
    private const double RoundSeconds = 0.01;

    public static void Run(TextWriter output)
    {
        Model model = SampleModel.Create();
        output.WriteLine($"MicroExpNet, {model.Architecture.MultiplyAdds:N0} multiply-adds an image, one thread; medians of {Rounds} paired rounds");
        output.WriteLine("batch   this library      ONNX Runtime   times as fast (middle half)");
        foreach (int batch in (int[])[1, 64]) Compare(model, batch, output);
    }

    private static void Compare(Model model, int batch, TextWriter output)
    {
        Network network = new(model);
        float[] images = SampleModel.Images(model, batch);
        float[] logits = new float[batch * model.Architecture.Labels.Length];
        using OnnxRuntimePeer peer = new(model, images, batch, threads: 1);

        void Ours() => network.Run(images, batch, logits);

        Warm(Ours);
        Warm(peer.Run);
        CheckAgreement(logits, peer.Logits);
        int repeats = Math.Max(1, (int)(RoundSeconds / Time(peer.Run, 20)));
        double[] ours = new double[Rounds], theirs = new double[Rounds], ratios = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            // Which of the two goes first alternates, so that neither always meets the caches the other left.
            if (round % 2 == 0) ours[round] = Time(Ours, repeats);
            theirs[round] = Time(peer.Run, repeats);
            if (round % 2 == 1) ours[round] = Time(Ours, repeats);
            ratios[round] = theirs[round] / ours[round];
        }

        Array.Sort(ours);
        Array.Sort(theirs);
        Array.Sort(ratios);
        output.WriteLine(
            $"{batch,5} {Microseconds(ours, batch),11:0.0} µs {Microseconds(theirs, batch),14:0.0} µs   {ratios[Rounds / 2]:0.00} ({ratios[Rounds / 4]:0.00} to {ratios[Rounds * 3 / 4]:0.00})");
    }

    private static double Microseconds(double[] seconds, int batch) => seconds[Rounds / 2] / batch * 1e6;

    private static void Warm(Action run)
    {
        long until = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 2);
        while (Stopwatch.GetTimestamp() < until) run();
    }

    private static double Time(Action run, int repeats)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++) run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / repeats;
    }

    private static void CheckAgreement(float[] ours, float[] theirs)
    {
        float magnitude = theirs.Max(Math.Abs);
        float difference = ours.Zip(theirs, (a, b) => Math.Abs(a - b)).Max();
        if (difference > 1e-4 * magnitude) throw new InvalidOperationException($"the two disagree by {difference} of {magnitude}: nothing to compare");
    }
}
