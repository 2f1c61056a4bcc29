using System.Numerics;
using System.Numerics.Tensors;

namespace MicroExpNet.Training.Optimizers;

/// <summary>
/// Adam (Kingma, Ba, 2015) as TensorFlow 1 has it: step size <c>lr · √(1 − β₂ᵗ) / (1 − β₁ᵗ)</c>, with ε 1e-8 added to √v outside the
/// correction. Weight decay is either L2 regularisation, <c>decay · w</c> added to the gradient, or decoupled from it as in AdamW
/// (Loshchilov, Hutter, 2019): <c>lr · decay · w</c> is subtracted from the weight.
/// </summary>
/// <param name="parameters">Number of parameters.</param>
/// <param name="decouples">Whether the weight decay is decoupled from the gradient (AdamW).</param>
/// <param name="step">Steps already done.</param>
internal sealed class AdamOptimizer(int parameters, bool decouples, int step = 0) : Optimizer(parameters, 2, step)
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.999f;
    private const float Epsilon = 1e-8f;

    private double _learningRate;
    private float _rate;

    public override void Update(int first, Span<float> values, Span<float> gradient, double decay)
    {
        Span<float> means = States[0].AsSpan(first, values.Length), squares = States[1].AsSpan(first, values.Length);
        if (!decouples && decay != 0) TensorPrimitives.MultiplyAdd(values, (float)decay, gradient, gradient);
        float kept = decouples ? (float)(1 - (_learningRate * decay)) : 1;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> g = new(gradient[i..]), mean = new(means[i..]), square = new(squares[i..]);
            mean += (g - mean) * (1 - Beta1);
            square += ((g * g) - square) * (1 - Beta2);
            mean.CopyTo(means[i..]);
            square.CopyTo(squares[i..]);
            Vector<float> value = new Vector<float>(values[i..]) * kept;
            (value - (mean * _rate / (Vector.SquareRoot(square) + new Vector<float>(Epsilon)))).CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
        {
            float g = gradient[i];
            means[i] += (g - means[i]) * (1 - Beta1);
            squares[i] += ((g * g) - squares[i]) * (1 - Beta2);
            values[i] = (values[i] * kept) - (means[i] * _rate / (MathF.Sqrt(squares[i]) + Epsilon));
        }
    }

    private protected override void Prepare(double learningRate)
    {
        _learningRate = learningRate;
        _rate = (float)(learningRate * Math.Sqrt(1 - Math.Pow(Beta2, Step)) / (1 - Math.Pow(Beta1, Step)));
    }
}
