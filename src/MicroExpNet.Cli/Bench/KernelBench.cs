using System.Diagnostics;
using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Cli.Bench;

/// <summary>
/// Times the recogniser on crops and ONNX Runtime on the same model in turn, in one process: on a machine whose speed drifts, the ratio of
/// neighbours holds where absolute times do not.
/// </summary>
internal static class KernelBench
{
    private const double RoundSeconds = 0.01;
    private const int FewestRounds = 8;

    /// <summary>The paper's network with random weights: its time does not depend on them.</summary>
    public static Model PaperModel()
    {
        Random random = new(1);
        Architecture architecture = OriginalArchitectures.MicroExpNet();
        return new Model(architecture, architecture.Layers.Select(layer => layer.ParameterCount == 0 ? null : Draw(layer, random)), new ModelCard());
    }

    /// <summary>Measures one row.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">Crops a call.</param>
    /// <param name="threads">Threads that call at once, each its own crops.</param>
    /// <param name="seconds">How long for each of the two.</param>
    /// <param name="withPeer">Whether ONNX Runtime is there.</param>
    /// <param name="cancellation">Asks for an early end.</param>
    public static KernelRow Run(Model model, int batch, int threads, double seconds, bool withPeer, CancellationToken cancellation)
    {
        Network network = new(model);
        Random random = new(2);
        float[] images = [.. Enumerable.Range(0, batch * model.Architecture.Input.Length).Select(_ => random.NextSingle() * 255)];
        TurnTimes[] own = [.. Enumerable.Range(0, threads).Select(_ => new TurnTimes(batch))], theirs = [.. Enumerable.Range(0, threads).Select(_ => new TurnTimes(batch))];
        OnnxRuntimePeer[] peers = withPeer ? [.. Enumerable.Range(0, threads).Select(_ => OnnxRuntimePeer.TryCreate(model, images, batch)).OfType<OnnxRuntimePeer>()] : [];
        List<double> ratios = [];
        bool ends = false;
        try
        {
            ThreadTeam.Run(threads, (thread, barrier) =>
            {
                try
                {
                    Take(thread, barrier);
                }
                catch
                {
                    // Whoever fails, the others do not go on for ever.
                    ends = true;
                    throw;
                }
            });
        }
        finally
        {
            foreach (OnnxRuntimePeer peer in peers) peer.Dispose();
        }

        cancellation.ThrowIfCancellationRequested();
        ratios.Sort();
        bool compared = ratios.Count > 0;
        return new KernelRow(model.Architecture.Name, batch, threads, TurnTimes.Join(own), compared ? TurnTimes.Join(theirs) : null, compared ? ratios[ratios.Count / 2] : null);

        void Take(int thread, Barrier barrier)
        {
            float[] logits = new float[batch * model.Architecture.Output.Length];
            void Own() => network.Run(images, batch, logits);
            Action? peer = peers.Length == threads ? peers[thread].Run : null;
            int ownTurns = Warm(Own, seconds), peerTurns = peer is null ? 0 : Warm(peer, seconds);
            barrier.SignalAndWait(CancellationToken.None);
            long start = Stopwatch.GetTimestamp();
            for (int round = 0; !ends; round++)
            {
                // Which of the two goes first alternates, so that neither always meets the caches the other left.
                double ownTime = round % 2 == 0 ? Block(Own, own[thread], ownTurns, barrier) : 0;
                double peerTime = peer is null ? 0 : Block(peer, theirs[thread], peerTurns, barrier);
                if (round % 2 == 1) ownTime = Block(Own, own[thread], ownTurns, barrier);
                if (thread == 0 && peer is not null) ratios.Add(peerTime / ownTime);
                if (thread == 0) ends = ends || cancellation.IsCancellationRequested || (round >= FewestRounds && Stopwatch.GetElapsedTime(start).TotalSeconds >= (peer is null ? 1 : 2) * seconds);
                barrier.SignalAndWait(CancellationToken.None);
            }
        }
    }

    // The median turn: whatever else the machine does now and then is left out.
    private static double Block(Action turn, TurnTimes times, int turns, Barrier barrier)
    {
        barrier.SignalAndWait();
        for (int i = 0; i < turns; i++) times.Time(turn);
        return times.MedianOfLast(turns);
    }

    // How many turns make a round.
    private static int Warm(Action turn, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        int turns = 0;
        double elapsed;
        do
        {
            turn();
            turns++;
            elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        while (turns < 3 || elapsed < Math.Min(0.2, seconds / 2));
        return Math.Max(1, (int)(RoundSeconds * turns / elapsed));
    }

    private static LayerParameters Draw(Layer layer, Random random)
    {
        float spread = (float)Math.Sqrt(3.0 * layer.OutputShape.Channels / layer.WeightCount);
        return new LayerParameters(
            [.. Enumerable.Range(0, (int)layer.WeightCount).Select(_ => ((random.NextSingle() * 2) - 1) * spread)],
            [.. Enumerable.Range(0, layer.BiasCount).Select(_ => random.NextSingle() - 0.5f)]);
    }
}
