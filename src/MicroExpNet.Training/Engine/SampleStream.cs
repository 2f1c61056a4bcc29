using System.Collections.Immutable;

namespace MicroExpNet.Training.Engine;

/// <summary>
/// The order in which samples are used. Without balance: shuffled passes over all samples, one after another. With balance: each time a
/// class is chosen, with a probability between its own share (0) and an equal one (1), and then the next sample of its own shuffled passes.
/// </summary>
internal sealed class SampleStream
{
    private readonly ulong _seed;
    private readonly int[][] _members;
    private readonly double[] _cumulative;
    private readonly int[][] _orders;
    private readonly long[] _pass;
    private readonly long[] _taken;

    /// <summary>Creates the stream.</summary>
    /// <param name="labels">The samples' classes.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="balance">How evenly classes are chosen, 0 to 1.</param>
    /// <param name="seed">Seed of all shuffles.</param>
    public SampleStream(ImmutableArray<int> labels, int classes, double balance, ulong seed)
    {
        _seed = seed;
        _members = balance == 0
            ? [[.. Enumerable.Range(0, labels.Length)]]
            : [.. Enumerable.Range(0, classes).Select(label => Enumerable.Range(0, labels.Length).Where(i => labels[i] == label).ToArray())
                .Where(group => group.Length > 0)];
        double[] shares = [.. _members.Select(group => Math.Pow(group.Length, 1 - balance))];
        _cumulative = new double[shares.Length];
        double sum = 0;
        for (int i = 0; i < shares.Length; i++) _cumulative[i] = sum += shares[i] / shares.Sum();
        _orders = [.. _members.Select(group => (int[])group.Clone())];
        _pass = [.. _members.Select(_ => -1L)];
        _taken = new long[_members.Length];
    }

    /// <summary>Samples taken so far.</summary>
    public long Position { get; private set; }

    /// <summary>The next sample.</summary>
    public int Next()
    {
        int group = 0;
        if (_members.Length > 1)
        {
            double choice = new RandomStream(_seed, (ulong)Position).NextDouble();
            while (group < _members.Length - 1 && choice >= _cumulative[group]) group++;
        }

        Position++;
        int[] order = _orders[group];
        long pass = _taken[group] / order.Length;
        if (pass != _pass[group]) Shuffle(group, pass);
        return order[_taken[group]++ % order.Length];
    }

    /// <summary>Skips samples.</summary>
    /// <param name="count">Number of samples.</param>
    public void Skip(long count)
    {
        for (long i = 0; i < count; i++) Next();
    }

    private void Shuffle(int group, long pass)
    {
        _pass[group] = pass;
        int[] order = _orders[group];
        _members[group].CopyTo(order, 0);
        RandomStream random = new(_seed ^ 0x5DEECE66D, ((ulong)group << 40) + (ulong)pass);
        for (int i = order.Length - 1; i > 0; i--)
        {
            int other = random.NextInt32(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }
    }
}
