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
    private const double LowestTemperature = 0.1;
    private const double HighestTemperature = 10;
    private const int SearchSteps = 60;

    // Far below any real logit, and still a number.
    private const float Impossible = -1e6f;

    /// <summary>The classes' names.</summary>
    public ImmutableArray<string> Classes { get; } = classes;

    /// <summary>Number of faces.</summary>
    public int Count => labels.Length;

    /// <summary>Each face's class.</summary>
    public ReadOnlySpan<int> Labels => labels;

    /// <summary>Logits of one face, <c>[classes]</c>.</summary>
    public ReadOnlySpan<float> Logits(int face) => logits.AsSpan(face * Classes.Length, Classes.Length);

    /// <summary>Runs a network over faces on all cores.</summary>
    /// <param name="network">The network.</param>
    /// <param name="faces">The faces in its input size.</param>
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

    /// <summary>The same faces judged over other classes: the model's that mean the same, and nothing for classes it does not know.</summary>
    /// <param name="asked">The classes, in the order of the faces' labels.</param>
    /// <exception cref="ArgumentException">The model knows none of them.</exception>
    public Predictions Over(ImmutableArray<string> asked)
    {
        if (asked.SequenceEqual(Classes)) return this;
        int[] columns = [.. asked.Select(label => ClassNames.Find(Classes, label))];
        if (columns.All(column => column < 0)) throw new ArgumentException($"the model tells {string.Join(", ", Classes)}; the faces are labelled {string.Join(", ", asked)}");
        float[] mapped = new float[Count * asked.Length];
        for (int face = 0; face < Count; face++)
        {
            for (int i = 0; i < columns.Length; i++) mapped[(face * asked.Length) + i] = columns[i] < 0 ? Impossible : Logits(face)[columns[i]];
        }

        return new Predictions(asked, labels, mapped);
    }

    /// <summary>The same faces with something added to each class's logit.</summary>
    public Predictions Shifted(ReadOnlySpan<double> shifts)
    {
        float[] shifted = (float[])logits.Clone();
        for (int i = 0; i < shifted.Length; i++) shifted[i] += (float)shifts[i % Classes.Length];
        return new Predictions(Classes, labels, shifted);
    }

    /// <summary>The same faces with the logits divided by a temperature.</summary>
    public Predictions Divided(double temperature) => new(Classes, labels, [.. logits.Select(logit => (float)(logit / temperature))]);

    /// <summary>The same faces with each value's logarithm in its place.</summary>
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
    /// The temperature that makes the probabilities fit the labels best (Guo, Pleiss, Sun, Weinberger, 2017), 0.1 to 10, by golden section:
    /// the cross-entropy has one valley over the temperature's logarithm.
    /// </summary>
    public double BestTemperature()
    {
        double golden = (Math.Sqrt(5) - 1) / 2;
        double low = Math.Log(LowestTemperature), high = Math.Log(HighestTemperature);
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
