using System.Collections.Immutable;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Training.Augmentation;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Layers;
using MicroExpNet.Training.Losses;

namespace MicroExpNet.Training.Engine;

/// <summary>The training step of a classifier: it samples faces, changes them at random, and learns from their labels and from a
/// teacher.</summary>
internal sealed unsafe class TrainingEngine : IDisposable
{
    private const int StatisticShards = 48;
    private const ulong StatisticSeed = 0x57A7157;

    private readonly TrainingOptions _options;
    private readonly ImmutableArray<FaceSample> _samples;
    private readonly float[][] _targets;
    private readonly float[][] _teacher;
    private readonly float[] _sampleWeights;
    // The share of a class that has no faces, as in a prior.
    private const double MinFrequency = 1e-6;

    private readonly float[] _adjustment;
    private readonly DistillationLoss _loss;
    private readonly Augmenter _augmenter;
    private readonly SampleStream _stream;
    private readonly DataParallelStep _parallel;
    private readonly float[] _even;
    private readonly float[] _evenLogits;
    private readonly float[][] _labelScratch;
    private readonly float[][] _teacherScratch;
    private readonly int[] _correct;
    private readonly int[] _batch;

    /// <summary>Prepares a run.</summary>
    /// <param name="options">How to train.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="data">The training faces, of the network's classes.</param>
    /// <param name="teacher">The teacher's logits for each face; empty without a teacher.</param>
    /// <param name="step">Steps already done, for a run that is resumed.</param>
    public TrainingEngine(
        TrainingOptions options, Architecture architecture, FaceDataSet data, ImmutableArray<float[]> teacher, long step = 0)
    {
        _options = options;
        _samples = data.Samples;
        int classes = data.Labels.Length;
        StepOptions stepOptions = new()
        {
            BatchSize = options.BatchSize,
            Threads = options.Threads,
            BatchNormalization = options.BatchNormalization,
            KeepProbability = options.KeepProbability,
            Optimizer = options.Optimizer,
            Momentum = options.Momentum,
            WeightDecay = options.WeightDecay,
            GradientClip = options.GradientClip,
            WeightAverage = options.WeightAverage,
            FreezeConvolutions = options.FreezeConvolutions,
        };
        _parallel = new DataParallelStep(stepOptions, architecture, Differentiate, step);
        Frequencies = ClassFrequencies(data);
        _targets = [.. data.Samples.Select(sample => Target(options, sample, classes))];
        _teacher = teacher.IsDefaultOrEmpty ? [] : [.. teacher];
        _sampleWeights = SampleWeights(options, data);
        _adjustment = options.LogitAdjustment == 0
            ? []
            : [.. Frequencies.Select(frequency => (float)(options.LogitAdjustment * Math.Log(Math.Max(frequency, MinFrequency))))];
        _loss = new DistillationLoss(options.Temperature, options.Lambda, options.ScaleByTemperature);
        _augmenter = new Augmenter(options.Augmentation, architecture.Input.Height, architecture.Input.Width);
        _stream = new SampleStream([.. data.Samples.Select(sample => sample.Label)], classes, options.ClassBalance, options.Seed);
        (_even, _evenLogits) = (new float[classes], new float[classes]);
        Array.Fill(_even, 1f / classes);
        _labelScratch = [.. Enumerable.Range(0, _parallel.Team.Threads).Select(_ => new float[classes])];
        _teacherScratch = [.. Enumerable.Range(0, _parallel.Team.Threads).Select(_ => new float[classes])];
        _correct = new int[_parallel.Shards];
        _batch = new int[options.BatchSize * 2];
        _stream.Skip(step * options.BatchSize * (Blends ? 2 : 1));
    }

    /// <summary>The steps on many threads.</summary>
    public DataParallelStep Parallel => _parallel;

    public TrainingNetwork<float> Network => _parallel.Network;

    /// <summary>The weights that are trained.</summary>
    public AlignedMemory<float> Parameters => _parallel.Parameters;

    /// <summary>Their moving average; the weights themselves where none is kept.</summary>
    public AlignedMemory<float> Average => _parallel.Average;

    /// <summary>Each class's share of the training faces, <c>[classes]</c>.</summary>
    public ImmutableArray<double> Frequencies { get; }

    private bool Blends => _options.Augmentation.Mixup > 0;

    /// <summary>Each class's share of a data set's faces, <c>[classes]</c>.</summary>
    public static ImmutableArray<double> ClassFrequencies(FaceDataSet data)
    {
        double[] counts = new double[data.Labels.Length];
        foreach (FaceSample sample in data.Samples) counts[sample.Label]++;
        return [.. counts.Select(count => count / Math.Max(1, data.Samples.Length))];
    }

    /// <summary>One step: forward, backward, and the weights updated.</summary>
    /// <returns>The batch's mean loss and its accuracy.</returns>
    public (double Loss, double Accuracy) Step(double learningRate)
    {
        for (int i = 0; i < _options.BatchSize * (Blends ? 2 : 1); i++) _batch[i] = _stream.Next();
        double loss = _parallel.Run(learningRate);
        int correct = 0;
        foreach (int one in _correct) correct += one;
        return (loss, (double)correct / _options.BatchSize);
    }

    /// <summary>Measures the normalisations' means and variances over some of the training faces, for weights that are to be
    /// saved.</summary>
    public float[] Statistics(AlignedMemory<float> parameters)
    {
        int size = _parallel.ShardSize;
        SampleStream stream = new([.. _samples.Select(sample => sample.Label)], Frequencies.Length, 0, _options.Seed ^ StatisticSeed);
        int[] chosen = [.. Enumerable.Range(0, StatisticShards * size).Select(_ => stream.Next())];
        return _parallel.Statistics(parameters, StatisticShards, (network, shard) =>
        {
            for (int i = 0; i < size; i++)
            {
                RandomStream random = new(_options.Seed ^ StatisticSeed, (ulong)((shard * size) + i));
                LoadFace(network, i, _samples[chosen[(shard * size) + i]], ref random, 1);
            }
        });
    }

    /// <summary>
    /// What is added to each class's logit of a saved model, <c>[classes]</c>. Logit adjustment, class weights and balanced sampling train
    /// logits for other class frequencies than the data set's; the saved model has the data set's own.
    /// </summary>
    public double[] LogitCorrections()
    {
        double[] corrections = new double[Frequencies.Length];
        for (int i = 0; i < corrections.Length; i++)
        {
            double frequency = Math.Log(Math.Max(Frequencies[i], MinFrequency));
            corrections[i] = (_options.LogitAdjustment + _options.ClassBalance) * frequency;

            // Of a class without a weight a model learns nothing, as of one without faces.
            if (_options.ClassWeights.IsDefaultOrEmpty) continue;
            corrections[i] += _options.ClassWeights[i] > 0 ? -Math.Log(_options.ClassWeights[i]) : Math.Log(MinFrequency);
        }

        return corrections;
    }

    public void Dispose() => _parallel.Dispose();

    private static float[] Target(TrainingOptions options, FaceSample sample, int classes)
    {
        float[] target = new float[classes];
        if (options.SoftLabels && !sample.SoftLabel.IsEmpty) sample.SoftLabel.CopyTo(target);
        else target[sample.Label] = 1;
        float smoothing = (float)options.LabelSmoothing;
        for (int i = 0; i < classes; i++) target[i] = (target[i] * (1 - smoothing)) + (smoothing / classes);
        return target;
    }

    // The weights' mean over the samples is 1, so that they do not change the learning rate.
    private static float[] SampleWeights(TrainingOptions options, FaceDataSet data)
    {
        if (options.ClassWeights.IsDefaultOrEmpty) return [];
        double mean = data.Samples.Average(sample => (double)options.ClassWeights[sample.Label]);
        return [.. data.Samples.Select(sample => (float)(options.ClassWeights[sample.Label] / mean))];
    }

    // Returns whether the face was degraded.
    private bool LoadFace(
        TrainingNetwork<float> network, int image, FaceSample sample, ref RandomStream random, float share, bool adds = false) =>
        _augmenter.Draw(
            sample.Image, ref random, _options.PixelScale, _options.PixelOffset, share, adds,
            network.Input.Values + network.Input.Row(image, 0), network.Input.RowStride);

    private double Differentiate(int worker, int shard, AlignedMemory<float> gradient)
    {
        TrainingNetwork<float> network = _parallel.Networks[worker];
        int first = shard * _parallel.ShardSize, images = _parallel.Images(shard);
        Pass pass = new(images, (_options.Seed * 0x9E3779B9) + ((ulong)_parallel.Done << 16) + (ulong)shard);
        Span<float> shares = stackalloc float[images], smoothing = stackalloc float[images];
        float ofDegraded = (float)_options.Augmentation.DegradationSmoothing;
        for (int i = 0; i < images; i++)
        {
            RandomStream random = new(_options.Seed, (((ulong)_parallel.Done + 1) * (ulong)_options.BatchSize) + (ulong)(first + i));
            shares[i] = Blends ? Blend(ref random) : 1;
            smoothing[i] = LoadFace(network, i, _samples[_batch[first + i]], ref random, shares[i]) ? ofDegraded * shares[i] : 0;
            if (shares[i] == 1) continue;
            FaceSample other = _samples[_batch[_options.BatchSize + first + i]];
            if (LoadFace(network, i, other, ref random, 1 - shares[i], adds: true)) smoothing[i] += ofDegraded * (1 - shares[i]);
        }

        network.Forward(pass, Parameters.Pointer);
        _correct[shard] = 0;
        double loss = 0;
        for (int i = 0; i < images; i++) loss += ComputeLoss(network, worker, shard, i, first + i, shares[i], smoothing[i]);
        network.Backward(pass, Parameters.Pointer, gradient.Pointer);
        return loss;
    }

    private double ComputeLoss(
        TrainingNetwork<float> network, int worker, int shard, int image, int position, float share, float smoothing)
    {
        int classes = _labelScratch[worker].Length;
        int sample = _batch[position];
        Span<float> logits = new(network.Logits.Values + network.Logits.Row(image, 0), classes);
        Span<float> gradient = new(network.Logits.Gradient + network.Logits.Row(image, 0), classes);
        int best = 0;
        for (int i = 1; i < classes; i++)
        {
            if (logits[i] > logits[best]) best = i;
        }

        if (best == _samples[sample].Label) _correct[shard]++;
        for (int i = 0; i < _adjustment.Length; i++) logits[i] += _adjustment[i];
        float[] labels = _targets[sample];
        float[] teacher = _teacher.Length == 0 ? [] : _teacher[sample];
        float weight = _sampleWeights.Length == 0 ? 1 : _sampleWeights[sample];
        if (share < 1)
        {
            int other = _batch[_options.BatchSize + position];
            labels = Mix(labels, _targets[other], share, _labelScratch[worker]);
            if (teacher.Length > 0) teacher = MixTeachers(teacher, _teacher[other], share, _teacherScratch[worker]);
            if (_sampleWeights.Length > 0) weight = (weight * share) + (_sampleWeights[other] * (1 - share));
        }

        if (smoothing > 0)
        {
            labels = Mix(labels, _even, 1 - smoothing, _labelScratch[worker]);
            if (teacher.Length > 0) teacher = MixTeachers(teacher, _evenLogits, 1 - smoothing, _teacherScratch[worker]);
        }

        return _loss.Compute<float>(logits, labels, teacher, (double)weight / _options.BatchSize, gradient);
    }

    private static float[] Mix(float[] first, float[] second, float share, float[] mixed)
    {
        for (int i = 0; i < mixed.Length; i++) mixed[i] = (first[i] * share) + (second[i] * (1 - share));
        return mixed;
    }

    // The blended probabilities, as logits that the temperature brings back to them.
    private float[] MixTeachers(float[] first, float[] second, float share, float[] mixed)
    {
        double firstSum = LogSumExp(first), secondSum = LogSumExp(second), temperature = _options.Temperature;
        for (int i = 0; i < mixed.Length; i++)
        {
            double probability = (Math.Exp((first[i] / temperature) - firstSum) * share) + (
                Math.Exp((second[i] / temperature) - secondSum) * (1 - share));
            mixed[i] = (float)(temperature * Math.Log(Math.Max(probability, 1e-12)));
        }

        return mixed;
    }

    private double LogSumExp(float[] logits)
    {
        Span<double> scaled = logits.Length <= ClassProbabilities.MaxOnStack ? stackalloc double[logits.Length] : new double[logits.Length];
        for (int i = 0; i < scaled.Length; i++) scaled[i] = logits[i] / _options.Temperature;
        return ClassProbabilities.LogSumExp(scaled);
    }

    // A Beta(α, α) sample as the share of two Gamma samples. The larger share is the first face's, whose label counts for the accuracy.
    private float Blend(ref RandomStream random)
    {
        double first = Gamma(ref random), second = Gamma(ref random);
        double share = first / (first + second);
        return double.IsFinite(share) ? (float)Math.Max(share, 1 - share) : 1;
    }

    // Marsaglia, Tsang (2000), raised from α + 1 to α.
    private double Gamma(ref RandomStream random)
    {
        double alpha = _options.Augmentation.Mixup, d = alpha + 1 - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = random.NextGaussian(), v = Math.Pow(1 + (c * x), 3), u = 1 - random.NextDouble();
            if (v > 0 && Math.Log(u) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v * Math.Pow(1 - random.NextDouble(), 1 / alpha);
            }
        }
    }
}
