using System.Collections.Immutable;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Losses;

namespace MicroExpNet.Training.Evaluation;

/// <summary>A network's logits for labelled faces.</summary>
/// <param name="classes">The classes' names.</param>
/// <param name="labels">Each face's class, <c>[faces]</c>.</param>
/// <param name="logits"><c>[faces, classes]</c>.</param>
public sealed class Predictions(ImmutableArray<string> classes, int[] labels, float[] logits)
{
    private const double MinTemperature = 0.1;
    private const double MaxTemperature = 10;
    private const int SearchSteps = 60;

    // Far below any real logit, and still a number.
    private const float Impossible = -1e6f;

    /// <summary>The classes' names.</summary>
    public ImmutableArray<string> Classes { get; } = classes;

    /// <summary>Number of faces.</summary>
    public int Count => labels.Length;

    /// <summary>Each face's class, <c>[faces]</c>.</summary>
    public ReadOnlySpan<int> Labels => labels;

    /// <summary>The logits of one face, <c>[classes]</c>.</summary>
    /// <param name="face">The face, counted from 0.</param>
    public ReadOnlySpan<float> Logits(int face) => logits.AsSpan(face * Classes.Length, Classes.Length);

    /// <summary>Runs a network over faces on all cores.</summary>
    /// <param name="network">The network.</param>
    /// <param name="faces">The faces, in the size of the network's input.</param>
    public static Predictions Run(Network network, PreparedFaces faces)
    {
        const int batch = 32;
        int classes = network.Model.Architecture.Labels.Length;
        float[] logits = new float[faces.Count * classes];
        Parallel.For(0, (faces.Count + batch - 1) / batch, i =>
        {
            int first = i * batch, count = Math.Min(batch, faces.Count - first);
            network.Run(faces.Pixels(first, count), count, logits.AsSpan(first * classes, count * classes));
        });
        return new Predictions(network.Model.Architecture.Labels, faces.Labels, logits);
    }

    /// <summary>The same faces with other classes: each takes the logit of the model's class of the same meaning; classes the model does
    /// not have get a very low one.</summary>
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

        float[] mapped = new float[Count * asked.Length];
        for (int face = 0; face < Count; face++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                mapped[(face * asked.Length) + i] = columns[i] < 0 ? Impossible : Logits(face)[columns[i]];
            }
        }

        return new Predictions(asked, labels, mapped);
    }

    /// <summary>The same faces with a number added to each class's logit.</summary>
    /// <param name="shifts">The numbers, <c>[classes]</c>.</param>
    public Predictions Shifted(ReadOnlySpan<double> shifts)
    {
        float[] shifted = (float[])logits.Clone();
        for (int i = 0; i < shifted.Length; i++) shifted[i] += (float)shifts[i % Classes.Length];
        return new Predictions(Classes, labels, shifted);
    }

    /// <summary>The same faces with the logits divided by a temperature.</summary>
    /// <param name="temperature">The temperature, above 0.</param>
    public Predictions Divided(double temperature) => new(Classes, labels, [.. logits.Select(logit => (float)(logit / temperature))]);

    /// <summary>The same faces with the logarithm of each value.</summary>
    public Predictions Logarithms() => new(Classes, labels, [.. logits.Select(value => MathF.Log(MathF.Max(value, float.Epsilon)))]);

    /// <summary>The probability of each class for one face.</summary>
    /// <param name="face">The face, counted from 0.</param>
    /// <param name="probabilities">Receives the probabilities, <c>[classes]</c>.</param>
    public void Probabilities(int face, Span<double> probabilities)
    {
        Span<double> values = stackalloc double[Classes.Length];
        Load(face, 1, values);
        ClassProbabilities.FromLogits(values, probabilities);
    }

    /// <summary>The mean cross-entropy with the labels.</summary>
    /// <param name="temperature">Logits are divided by this first, above 0.</param>
    public double CrossEntropy(double temperature = 1)
    {
        double loss = 0;
        Span<double> values = stackalloc double[Classes.Length];
        for (int face = 0; face < Count; face++)
        {
            Load(face, temperature, values);
            loss += ClassProbabilities.LogSumExp(values) - values[labels[face]];
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

    private void Load(int face, double temperature, Span<double> values)
    {
        ReadOnlySpan<float> from = Logits(face);
        for (int i = 0; i < values.Length; i++) values[i] = from[i] / temperature;
    }
}
