using System.Diagnostics;
using MicroExpNet.Models;

namespace MicroExpNet.Cli.Bench;

/// <summary>Times the recogniser on crops, and ONNX Runtime on the same model in turn.</summary>
internal static class KernelBench
{
    private const int MinRounds = 9;
    private const double MaxWarmSeconds = 0.2;

    /// <summary>Measures one row.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">Crops a call.</param>
    /// <param name="threads">Threads that call at once, each its own crops.</param>
    /// <param name="cold">Whether other memory is read and written before each call; for one thread.</param>
    /// <param name="seconds">How long for each of the two.</param>
    /// <param name="withPeer">Whether ONNX Runtime is there.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    public static KernelRow Run(
        Model model, int batch, int threads, bool cold, double seconds, bool withPeer, CancellationToken cancellationToken)
    {
        Network network = new(model);
        float[] images = SampleModel.Images(model, batch);
        OnnxRuntimePeer[] peers = withPeer
            ? [.. Enumerable.Range(0, threads).Select(_ => OnnxRuntimePeer.TryCreate(model, images, batch)).OfType<OnnxRuntimePeer>()]
            : [];
        try
        {
            TurnTimes[] own = Times(), theirs = Times();
            float[][] logits = [.. Enumerable.Range(0, threads).Select(_ => new float[batch * model.Architecture.Output.Length])];
            Action[] ownCalls = [.. logits.Select<float[], Action>(results => () => network.Run(images, batch, results))],
                theirCalls = [.. peers.Select<OnnxRuntimePeer, Action>(peer => peer.Run)];
            List<Action<int>> warm = [caller => ownCalls[caller]()], runs = [caller => own[caller].Time(ownCalls[caller])];
            if (peers.Length == threads)
            {
                warm.Add(caller => theirCalls[caller]());
                runs.Add(caller => theirs[caller].Time(theirCalls[caller]));
            }

            using CallerTeam team = new(threads);
            int[] calls = [.. warm.Select(run => PairedRounds.Warm(team, run, Math.Min(MaxWarmSeconds, seconds / 2)))];
            long start = Stopwatch.GetTimestamp();
            List<double>[] times = cold
                ? PairedRounds.RunCold([.. runs.Select<Action<int>, Action>(run => () => run(0))], GoesOn)
                : PairedRounds.Run(team, runs, calls, GoesOn);
            return runs.Count == 1
                ? new KernelRow(model.Architecture.Name, batch, threads, cold, TurnTimes.Join(own), null, null)
                : new KernelRow(
                    model.Architecture.Name, batch, threads, cold, TurnTimes.Join(own), TurnTimes.Join(theirs),
                    PairedRounds.Quartile(PairedRounds.Ratios(times[0], times[1]), 2));

            bool GoesOn(int round)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return round < MinRounds || Stopwatch.GetElapsedTime(start).TotalSeconds < runs.Count * seconds;
            }
        }
        finally
        {
            foreach (OnnxRuntimePeer peer in peers) peer.Dispose();
        }

        TurnTimes[] Times() => [.. Enumerable.Range(0, threads).Select(_ => new TurnTimes(batch))];
    }
}
