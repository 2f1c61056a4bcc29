using System.Numerics.Tensors;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Training.Layers;
using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Training.Engine;

/// <summary>
/// Does training steps on many threads. A batch is cut into shards of a fixed size, each with a gradient of its own. The gradients are
/// summed in the order of the shards, so the same seed gives the same bits on any number of threads. A step allocates nothing.
/// </summary>
internal sealed class DataParallelStep : IDisposable
{
    private const int PlainShard = 16;
    private const int NormalizedShard = 32;
    private const int ParameterRange = 4096;

    private readonly StepOptions _options;
    private readonly AlignedMemory<float>[] _gradients;
    private readonly double[] _losses;
    private readonly (int First, int Count, double Decay)[] _ranges;
    private readonly double[] _norms;
    private readonly Func<int, int, AlignedMemory<float>, double> _differentiate;
    private readonly Action<int, int> _shard;
    private readonly Action<int, int> _reduce;
    private readonly Action<int, int> _update;
    private float _gradientScale;
    private float _averageDecay;

    /// <summary>Prepares a run.</summary>
    /// <param name="options">How steps are done.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="differentiate">
    /// Runs one shard forward and backward. Receives the thread's number (it uses that thread's network), the shard's number, and the
    /// gradient to add to, which starts as zeros. Returns the shard's loss.
    /// </param>
    /// <param name="done">Steps already done, for a run that is resumed.</param>
    public DataParallelStep(
        StepOptions options, Architecture architecture, Func<int, int, AlignedMemory<float>, double> differentiate, long done)
    {
        _options = options;
        _differentiate = differentiate;
        ShardSize = Math.Min(options.BatchNormalization ? NormalizedShard : PlainShard, options.BatchSize);
        int shards = (options.BatchSize + ShardSize - 1) / ShardSize;
        Team = new WorkerTeam(Math.Min(options.Threads, Math.Max(shards, 1)));
        TrainingMemory memory = new(architecture.Name);
        Networks = [
            .. Enumerable.Range(0, Team.Threads)
            .Select(_ => new TrainingNetwork<float>(architecture, ShardSize, options.BatchNormalization, options.KeepProbability, memory))];

        // Gradients, weights, their average, and the optimiser's two moments.
        memory.Take((Int128)Network.ParameterCount * (shards + 4) * sizeof(float), "the gradients");
        _gradients = [.. Enumerable.Range(0, shards).Select(_ => new AlignedMemory<float>(Network.ParameterCount))];
        _losses = new double[shards];
        Parameters = new AlignedMemory<float>(Network.ParameterCount);
        Average = options.WeightAverage > 0 ? new AlignedMemory<float>(Network.ParameterCount) : Parameters;
        Optimizer = Optimizer.Create(options.Optimizer, Network.ParameterCount, options.Momentum, checked((int)done));
        _ranges = [.. Ranges()];
        _norms = new double[_ranges.Length];
        Done = done;
        _shard = Differentiate;
        _reduce = Reduce;
        _update = Update;
    }

    /// <summary>The threads.</summary>
    public WorkerTeam Team { get; }

    /// <summary>A network for each thread.</summary>
    public TrainingNetwork<float>[] Networks { get; }

    public TrainingNetwork<float> Network => Networks[0];

    /// <summary>Images in a shard; the last shard of a batch may have fewer.</summary>
    public int ShardSize { get; }

    /// <summary>Shards in a batch.</summary>
    public int Shards => _gradients.Length;

    /// <summary>The weights that are trained.</summary>
    public AlignedMemory<float> Parameters { get; }

    /// <summary>Their moving average; the weights themselves where none is kept.</summary>
    public AlignedMemory<float> Average { get; }

    public Optimizer Optimizer { get; }

    /// <summary>Steps done.</summary>
    public long Done { get; private set; }

    /// <summary>Images of a shard.</summary>
    public int Images(int shard) => Math.Min(ShardSize, _options.BatchSize - (shard * ShardSize));

    /// <summary>One step: forward, backward, and the weights updated.</summary>
    /// <returns>The sum of the shards' losses.</returns>
    public double Run(double learningRate)
    {
        Team.Run(_gradients.Length, _shard);
        double loss = 0;
        foreach (double one in _losses) loss += one;
        Team.Run(_ranges.Length, _reduce);
        _gradientScale = 1;
        if (_options.GradientClip > 0)
        {
            double square = 0;
            foreach (double norm in _norms) square += norm;
            if (Math.Sqrt(square) > _options.GradientClip) _gradientScale = (float)(_options.GradientClip / Math.Sqrt(square));
        }

        // A young average follows faster, or it would still contain the initial weights.
        _averageDecay = (float)Math.Min(_options.WeightAverage, (1.0 + Done) / (10 + Done));
        Optimizer.Begin(learningRate);
        Team.Run(_ranges.Length, _update);
        Done++;
        return loss;
    }

    /// <summary>Measures the normalisations' means and variances, for weights that are to be saved.</summary>
    /// <param name="parameters">The weights.</param>
    /// <param name="shards">Shards to measure over.</param>
    /// <param name="load">Loads a shard's images. Receives the network and the shard's number.</param>
    /// <returns><c>[statistics]</c>; empty without normalisations.</returns>
    public float[] Statistics(AlignedMemory<float> parameters, int shards, Action<TrainingNetwork<float>, int> load)
    {
        if (Network.StatisticCount == 0) return [];
        AlignedMemory<float>[] measured = [.. Enumerable.Range(0, shards).Select(_ => new AlignedMemory<float>(Network.StatisticCount))];
        Team.Run(shards, (worker, shard) => Measure(parameters, Networks[worker], shard, load, measured[shard]));
        float[] mean = new float[Network.StatisticCount];
        foreach (AlignedMemory<float> one in measured)
        {
            for (int i = 0; i < mean.Length; i++) mean[i] += one.Span[i] / shards;
        }

        return mean;
    }

    public void Dispose() => Team.Dispose();

    private unsafe void Measure(
        AlignedMemory<float> parameters, TrainingNetwork<float> network, int shard, Action<TrainingNetwork<float>, int> load,
        AlignedMemory<float> statistics)
    {
        load(network, shard);
        network.Forward(new Pass(ShardSize, 0, Training: false), parameters.Pointer, statistics.Pointer);
    }

    private void Differentiate(int worker, int shard)
    {
        _gradients[shard].Span.Clear();
        _losses[shard] = _differentiate(worker, shard, _gradients[shard]);
    }

    private IEnumerable<(int First, int Count, double Decay)> Ranges()
    {
        foreach (ParameterBlock block in Network.Blocks())
        {
            if (_options.FreezeConvolutions && block.Layer is Convolution) continue;
            foreach ((int first, int count, double decay) in new[] { (block.Offset, block.WeightCount, _options.WeightDecay),
                (block.Offset + block.WeightCount, block.OtherCount, 0.0) })
            {
                for (int i = 0; i < count; i += ParameterRange) yield return (first + i, Math.Min(ParameterRange, count - i), decay);
            }
        }
    }

    private void Reduce(int worker, int range)
    {
        (int first, int count, _) = _ranges[range];
        Span<float> sum = _gradients[0].Span.Slice(first, count);
        for (int i = 1; i < _gradients.Length; i++) TensorPrimitives.Add(sum, _gradients[i].Span.Slice(first, count), sum);
        if (_options.GradientClip > 0) _norms[range] = TensorPrimitives.SumOfSquares<float>(sum);
    }

    private void Update(int worker, int range)
    {
        (int first, int count, double decay) = _ranges[range];
        Span<float> gradient = _gradients[0].Span.Slice(first, count), values = Parameters.Span.Slice(first, count);
        if (_gradientScale != 1) TensorPrimitives.Multiply(gradient, _gradientScale, gradient);
        Optimizer.Update(first, values, gradient, decay);
        if (Average == Parameters) return;
        Span<float> average = Average.Span.Slice(first, count);
        for (int i = 0; i < count; i++) average[i] += (1 - _averageDecay) * (values[i] - average[i]);
    }
}
