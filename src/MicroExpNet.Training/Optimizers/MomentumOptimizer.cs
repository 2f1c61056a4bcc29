namespace MicroExpNet.Training.Optimizers;

/// <summary>
/// Stochastic gradient descent with momentum in Nesterov's form (Sutskever et al., 2013): <c>v ← m · v + g; w ← w − lr · (g + m · v)</c>.
/// Weight decay is added to the gradient.
/// </summary>
/// <param name="parameters">Number of parameters.</param>
/// <param name="momentum">m, 0 to 1.</param>
/// <param name="step">Steps already done.</param>
internal sealed class MomentumOptimizer(int parameters, double momentum, int step = 0) : Optimizer(parameters, 1, step)
{
    private float _rate;

    public override void Update(int first, Span<float> values, Span<float> gradient, double decay)
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
