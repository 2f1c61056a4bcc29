using System.Collections.Immutable;
using System.Numerics.Tensors;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Losses;

namespace MicroExpNet.Training.Evaluation;

/// <summary>A network's logits for labelled faces.</summary>
internal sealed class Predictions
{
    private const double MinTemperature = 0.1;
    private const double MaxTemperature = 10;
    private const int SearchSteps = 60;

    // Far below any real logit, and still a number.
    private const float Impossible = -1e6f;

    private readonly int[] _labels;
    private readonly float[] _logits;

    /// <summary>Takes the logits of labelled faces.</summary>
    /// <param name="classes">The classes' names.</param>
    /// <param name="labels">Each face's class, <c>[faces]</c>; kept, not copied.</param>
    /// <param name="logits">Finite numbers, <c>[faces, classes]</c>; kept, not copied.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, a label is none of the classes, or a logit is not finite.</exception>
    public Predictions(ImmutableArray<string> classes, int[] labels, float[] logits)
        : this(classes, logits, labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentCheck.Require(!classes.IsDefaultOrEmpty, "there are no classes");
        ArgumentCheck.Require(
            logits.LongLength == (long)labels.Length * classes.Length,
                $"{logits.Length} logits for {labels.Length} faces and {classes.Length} classes");
        ArgumentCheck.Require(Finite.All(logits), "a logit is not a finite number");
        RequireLabels();
    }

    // The labels may be those of other classes, for Over to find.
    private Predictions(ImmutableArray<string> classes, float[] logits, int[] labels)
    {
        Classes = classes;
        _labels = labels;
        _logits = logits;
    }

    /// <summary>The classes' names.</summary>
    public ImmutableArray<string> Classes { get; }

    /// <summary>Number of faces.</summary>
    public int Count => _labels.Length;

    /// <summary>Each face's class, <c>[faces]</c>.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>The logits of one face, <c>[classes]</c>.</summary>
    /// <param name="face">The face, counted from 0.</param>
    public ReadOnlySpan<float> Logits(int face) => _logits.AsSpan(face * Classes.Length, Classes.Length);

    /// <summary>The class with the highest logit for one face.</summary>
    /// <param name="face">The face, counted from 0.</param>
    public int Top(int face) => TensorPrimitives.IndexOfMax(Logits(face));

    /// <summary>Runs a network over faces on all cores.</summary>
    /// <param name="network">The network.</param>
    /// <param name="faces">The faces, in the size of the network's input.</param>
    /// <exception cref="ModelFormatException">The network's outputs for a face are not finite numbers.</exception>
    public static Predictions Run(Network network, PreparedFaces faces)
    {
        const int batch = 32;
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(faces);
        int classes = network.Model.Architecture.Labels.Length;
        float[] logits = new float[faces.Count * classes];
        Parallel.For(0, (faces.Count + batch - 1) / batch, i =>
        {
            int first = i * batch, count = Math.Min(batch, faces.Count - first);
            network.RunFaces(faces.Pixels(first, count), count, logits.AsSpan(first * classes, count * classes));
        });
        int wrong = Enumerable.Range(0, faces.Count).Count(face => !Finite.All(logits.AsSpan(face * classes, classes)));
        return wrong == 0
            ? new Predictions(network.Model.Architecture.Labels, logits, faces.Labels)
            : throw new ModelFormatException($"the model's outputs for {wrong} of {faces.Count} faces are not numbers");
    }

    /// <summary>
    /// The same faces with the classes of their labels, then those that only the model has. Each takes the logit of the model's class of
    /// the same meaning; classes the model does not have get a very low one.
    /// </summary>
    /// <param name="asked">The classes, in the order of the faces' labels.</param>
    /// <exception cref="ArgumentException">The model has none of them.</exception>
    public Predictions Over(ImmutableArray<string> asked)
    {
        if (asked.SequenceEqual(Classes)) return this;
        int[] columns = [.. asked.Select(label => ClassNames.Find(Classes, label))];
        if (columns.All(column => column < 0))
        {
            throw new ArgumentException(
                $"the model's classes are {string.Join(", ", Classes)}; the faces are labelled {string.Join(", ", asked)}");
        }

        // Without the model's other classes, an answer that is wrong would not be counted.
        int[] others = [.. Enumerable.Range(0, Classes.Length).Except(columns)];
        columns = [.. columns, .. others];
        float[] mapped = new float[Count * columns.Length];
        for (int face = 0; face < Count; face++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                mapped[(face * columns.Length) + i] = columns[i] < 0 ? Impossible : Logits(face)[columns[i]];
            }
        }

        return new Predictions([.. asked, .. others.Select(column => Classes[column])], mapped, _labels);
    }

    /// <summary>The same faces with a number added to each class's logit.</summary>
    /// <param name="shifts">The numbers, <c>[classes]</c>.</param>
    public Predictions Shifted(ReadOnlySpan<double> shifts)
    {
        float[] shifted = (float[])_logits.Clone();
        for (int i = 0; i < shifted.Length; i++) shifted[i] += (float)shifts[i % Classes.Length];
        return new Predictions(Classes, shifted, _labels);
    }

    /// <summary>The same faces with the logits divided by a temperature.</summary>
    /// <param name="temperature">The temperature, above 0.</param>
    public Predictions Divided(double temperature) => new(Classes, [.. _logits.Select(logit => (float)(logit / temperature))], _labels);

    /// <summary>The same faces with the logarithm of each value.</summary>
    public Predictions Logarithms() => new(Classes, [.. _logits.Select(value => MathF.Log(MathF.Max(value, float.Epsilon)))], _labels);

    /// <summary>The probability of each class for one face.</summary>
    /// <param name="face">The face, counted from 0.</param>
    /// <param name="probabilities">Receives the probabilities, <c>[classes]</c>.</param>
    public void Probabilities(int face, Span<double> probabilities)
    {
        int classes = Classes.Length;
        Span<double> values = classes <= ClassProbabilities.MaxOnStack ? stackalloc double[classes] : new double[classes];
        Load(face, 1, values);
        ClassProbabilities.FromLogits(values, probabilities);
    }

    /// <summary>The mean cross-entropy with the labels.</summary>
    /// <param name="temperature">Logits are divided by this first, above 0.</param>
    public double CrossEntropy(double temperature = 1)
    {
        RequireLabels();
        double loss = 0;
        int classes = Classes.Length;
        Span<double> values = classes <= ClassProbabilities.MaxOnStack ? stackalloc double[classes] : new double[classes];
        for (int face = 0; face < Count; face++)
        {
            Load(face, temperature, values);
            loss += ClassProbabilities.LogSumExp(values) - values[_labels[face]];
        }

        return loss / Math.Max(1, Count);
    }

    /// <summary>
    /// The temperature, 0.1 to 10, with the lowest cross-entropy (temperature scaling; Guo, Pleiss, Sun, Weinberger, 2017). It is found by
    /// golden-section search: over the logarithm of the temperature, the cross-entropy has one minimum.
    /// </summary>
    public double BestTemperature()
    {
        double golden = (Math.Sqrt(5) - 1) / 2;
        double low = Math.Log(MinTemperature), high = Math.Log(MaxTemperature);
        for (int i = 0; i < SearchSteps; i++)
        {
            double left = high - (golden * (high - low)), right = low + (golden * (high - low));
            if (CrossEntropy(Math.Exp(left)) < CrossEntropy(Math.Exp(right))) high = right;
            else low = left;
        }

        return Math.Exp((low + high) / 2);
    }

    /// <summary>Refuses faces labelled with other classes.</summary>
    /// <exception cref="ArgumentException">A label is none of the classes.</exception>
    internal void RequireLabels() => ArgumentCheck.Require(
        Array.TrueForAll(_labels, label => (uint)label < (uint)Classes.Length),
        $"a face's label is none of {string.Join(", ", Classes)}; expected 0 to {Classes.Length - 1}");

    private void Load(int face, double temperature, Span<double> values)
    {
        ReadOnlySpan<float> from = Logits(face);
        for (int i = 0; i < values.Length; i++) values[i] = from[i] / temperature;
    }
}
