using System.Diagnostics;
using MicroExpNet.Models;

namespace MicroExpNet.Benchmarks;

/// <summary>
/// Times this library and ONNX Runtime in turn, in one process, and compares round by round: on a machine whose speed drifts, the ratio
/// of neighbours holds where absolute times do not. With several callers, each thread runs images of its own on one thread.
/// </summary>
internal static class PairedComparison
{
    private const int Rounds = 301;
    private const double RoundSeconds = 0.01;

    public static void Run(TextWriter output)
    {
        output.WriteLine($"one thread a caller; medians of {Rounds} paired rounds, in brackets their middle half");
        output.WriteLine("network        batch  callers   this library    ONNX Runtime   times as fast         times one caller");
        foreach (Model model in (Model[])[SampleModel.Create(), ExpressionRecognizer.Default.Network.Model])
        {
            foreach (int batch in (int[])[1, 64])
            {
                Compare(model, batch, 1, output);
                if (Environment.ProcessorCount > 1) Compare(model, batch, 2, output);
            }
        }
    }

    private static void Compare(Model model, int batch, int callers, TextWriter output)
    {
        Network network = new(model);
        float[] images = SampleModel.Images(model, batch);
        float[][] logits = [.. Enumerable.Range(0, callers).Select(_ => new float[batch * model.Architecture.Labels.Length])];
        OnnxRuntimePeer[] peers = [.. Enumerable.Range(0, callers).Select(_ => new OnnxRuntimePeer(model, images, batch, threads: 1))];
        using CallerTeam one = new(1), team = new(callers);

        void Ours(int caller) => network.Run(images, batch, logits[caller]);
        void Theirs(int caller) => peers[caller].Run();

        Warm(team, Ours);
        Warm(team, Theirs);
        CheckAgreement(logits[0], peers[0].Logits);
        int repeats = Math.Max(1, (int)(RoundSeconds / one.Time(Theirs, 20)));
        double[] ours = new double[Rounds], theirs = new double[Rounds], ratios = new double[Rounds], scaling = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            // Which of the two goes first alternates, so that neither always meets the caches the other left.
            if (round % 2 == 0) ours[round] = team.Time(Ours, repeats);
            theirs[round] = team.Time(Theirs, repeats);
            if (round % 2 == 1) ours[round] = team.Time(Ours, repeats);
            ratios[round] = theirs[round] / ours[round];
            if (callers > 1) scaling[round] = callers * one.Time(Ours, repeats) / ours[round];
        }

        double imagesAtOnce = (double)batch * callers;
        output.WriteLine(
            $"{model.Architecture.Name,-14} {batch,5} {callers,8} {Middle(ours) / imagesAtOnce * 1e6,11:0.0} µs {Middle(theirs) / imagesAtOnce * 1e6,12:0.0} µs   {Spread(ratios),-20}  {(callers > 1 ? Spread(scaling) : "")}");
        foreach (OnnxRuntimePeer peer in peers) peer.Dispose();
    }

    private static double Middle(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static string Spread(double[] values)
    {
        Array.Sort(values);
        return $"{values[values.Length / 2]:0.00} ({values[values.Length / 4]:0.00} to {values[values.Length * 3 / 4]:0.00})";
    }

    private static void Warm(CallerTeam team, Action<int> run)
    {
        long until = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 2);
        while (Stopwatch.GetTimestamp() < until) team.Time(run, 1);
    }

    private static void CheckAgreement(float[] ours, float[] theirs)
    {
        float magnitude = theirs.Max(Math.Abs);
        float difference = ours.Zip(theirs, (a, b) => Math.Abs(a - b)).Max();
        if (difference > 1e-4 * magnitude) throw new InvalidOperationException($"the two disagree by {difference} of {magnitude}: nothing to compare");
    }
}
