namespace MicroExpNet.Training.Optimizers;

/// <summary>
/// Stochastic gradient descent with momentum in Nesterov's form (Sutskever et al., 2013): <c>v ← m · v + g; w ← w − lr · (g + m · v)</c>.
/// Weight decay is part of the gradient.
/// </summary>
internal sealed class MomentumOptimizer(int parameters, double momentum, int step = 0) : Optimizer(parameters, 1, step)
{
    private float _rate;

    public override void Update(int first, Span<float> values, ReadOnlySpan<float> gradient, double decay)
    {
        Span<float> velocity = States[0].AsSpan(first, values.Length);
        float m = (float)momentum, d = (float)decay;
        for (int i = 0; i < values.Length; i++)
        {
            float g = gradient[i] + (d * values[i]);
            velocity[i] = (m * velocity[i]) + g;
            values[i] -= _rate * (g + (m * velocity[i]));
        }
    }

    private protected override void Prepare(double learningRate) => _rate = (float)learningRate;
}
