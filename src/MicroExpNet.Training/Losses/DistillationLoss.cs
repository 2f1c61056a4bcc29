using System.Numerics;

namespace MicroExpNet.Training.Losses;

/// <summary>
/// Cross-entropy with labels, hard or soft, and with a teacher's probabilities: <c>(1 − λ) · CE(labels, z) + λ · CE(softmax(teacher / T), z
/// / T)</c>
/// (Cugu, Sener, Akbas, 2019). Hinton, Vinyals and Dean (2015) multiply the second part by T²; that is optional here.
/// </summary>
/// <param name="Temperature">T, above 0; the original's is 8.</param>
/// <param name="Lambda">λ, 0 to 1, the teacher's share; the original's is 0.5.</param>
/// <param name="ScaleByTemperature">Whether the teacher's part is multiplied by T².</param>
internal sealed record DistillationLoss(double Temperature, double Lambda, bool ScaleByTemperature = false)
{
    /// <summary>Computes the loss of one image and its gradient.</summary>
    /// <param name="logits"><c>[classes]</c>.</param>
    /// <param name="labels">The label's share of each class, <c>[classes]</c>; the sum is 1.</param>
    /// <param name="teacher">The teacher's logits, <c>[classes]</c>; empty without one.</param>
    /// <param name="weight">The image's weight in the loss, e.g. 1 / batch size.</param>
    /// <param name="gradient">Receives the gradient of the logits, <c>[classes]</c>.</param>
    /// <returns>The weighted loss.</returns>
    public double Compute<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<float> labels, ReadOnlySpan<float> teacher, double weight, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double lambda = teacher.IsEmpty ? 0 : Lambda;
        bool isSmall = logits.Length <= ClassProbabilities.MaxOnStack;
        Span<double> values = isSmall ? stackalloc double[logits.Length] : new double[logits.Length];
        Span<double> targets = isSmall ? stackalloc double[logits.Length] : new double[logits.Length];
        for (int i = 0; i < logits.Length; i++) values[i] = double.CreateChecked(logits[i]);
        for (int i = 0; i < logits.Length; i++) targets[i] = labels[i];
        gradient.Clear();
        double loss = AddCrossEntropy(values, targets, 1, weight * (1 - lambda), gradient);
        if (lambda == 0) return loss;
        for (int i = 0; i < logits.Length; i++) targets[i] = teacher[i] / Temperature;
        double normalizer = ClassProbabilities.LogSumExp(targets);
        for (int i = 0; i < logits.Length; i++) targets[i] = Math.Exp(targets[i] - normalizer);
        for (int i = 0; i < logits.Length; i++) values[i] /= Temperature;
        double scale = ScaleByTemperature ? Temperature * Temperature : 1;
        return loss + AddCrossEntropy(values, targets, Temperature, weight * lambda * scale, gradient);
    }

    private static double AddCrossEntropy<T>(
        ReadOnlySpan<double> values, ReadOnlySpan<double> targets, double temperature, double weight, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double normalizer = ClassProbabilities.LogSumExp(values);
        double loss = 0;
        for (int i = 0; i < values.Length; i++)
        {
            loss += targets[i] * (normalizer - values[i]);
            gradient[i] += T.CreateChecked(weight * (Math.Exp(values[i] - normalizer) - targets[i]) / temperature);
        }

        return weight * loss;
    }
}
