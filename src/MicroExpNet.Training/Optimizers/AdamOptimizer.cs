namespace MicroExpNet.Training.Optimizers;

/// <summary>
/// Adam (Kingma, Ba, 2015) as TensorFlow 1 has it: step size <c>lr · √(1 − β₂ᵗ) / (1 − β₁ᵗ)</c>, with ε 1e-8 added to √v outside the
/// correction.
/// </summary>
/// <param name="parameters">Number of parameters.</param>
internal sealed class AdamOptimizer(int parameters)
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.999f;
    private const float Epsilon = 1e-8f;

    private readonly float[] _mean = new float[parameters];
    private readonly float[] _square = new float[parameters];
    private int _step;

    /// <summary>Moves the parameters one step against the gradient.</summary>
    public void Step(Span<float> values, ReadOnlySpan<float> gradient, double learningRate)
    {
        _step++;
        float rate = (float)(learningRate * Math.Sqrt(1 - Math.Pow(Beta2, _step)) / (1 - Math.Pow(Beta1, _step)));
        for (int i = 0; i < values.Length; i++)
        {
            float g = gradient[i];
            _mean[i] += (1 - Beta1) * (g - _mean[i]);
            _square[i] += (1 - Beta2) * ((g * g) - _square[i]);
            values[i] -= rate * _mean[i] / (MathF.Sqrt(_square[i]) + Epsilon);
        }
    }
}
