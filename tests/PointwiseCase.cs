using MicroExpNet.Architectures;

namespace MicroExpNet.Tests;

/// <summary>
/// A pointwise layer to test: the engine on every instruction set, the trainer's gradients and the model file go through this one list.
/// </summary>
/// <param name="Name">Its name in test results.</param>
/// <param name="Make">Makes the layer from a name, the position it reads, and its shape.</param>
/// <param name="Formula">The function in float64, by its definition.</param>
internal sealed record PointwiseCase(string Name, Func<string, int, TensorShape, PointwiseLayer> Make, Func<double, double> Formula)
{
    /// <summary>All pointwise layers of the library, some with several settings.</summary>
    public static IReadOnlyList<PointwiseCase> All { get; } =
    [
        new("ELU", (name, input, shape) => new Elu(name, input, shape), x => x >= 0 ? x : Math.Exp(x) - 1),
        new("ELU 0.3", (name, input, shape) => new Elu(name, input, shape, 0.3f), x => x >= 0 ? x : 0.3f * (Math.Exp(x) - 1)),
        new("error function", (name, input, shape) => new Erf(name, input, shape), ErrorFunction),
        new("hard sigmoid", (name, input, shape) => new HardSigmoid(name, input, shape), x => Math.Clamp((0.2f * x) + 0.5, 0, 1)),
        new(
            "hard sigmoid 1/6", (name, input, shape) => new HardSigmoid(name, input, shape, 1f / 6),
            x => Math.Clamp((1f / 6 * x) + 0.5, 0, 1)),
        new("hard-swish", (name, input, shape) => new HardSwish(name, input, shape), x => x * Math.Clamp(x + 3, 0, 6) / 6),
        new("leaky ReLU", (name, input, shape) => new LeakyRelu(name, input, shape), x => x >= 0 ? x : 0.01f * x),
        new("leaky ReLU -0.5", (name, input, shape) => new LeakyRelu(name, input, shape, -0.5f), x => x >= 0 ? x : -0.5 * x),
        new("sigmoid", (name, input, shape) => new Sigmoid(name, input, shape), x => 1 / (1 + Math.Exp(-x))),
        new("softplus", (name, input, shape) => new Softplus(name, input, shape), x => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x)))),
        new("tanh", (name, input, shape) => new Tanh(name, input, shape), Math.Tanh),
    ];

    /// <summary>The names, for theories.</summary>
    public static IEnumerable<string> Names => All.Select(all => all.Name);

    /// <summary>The case of a name.</summary>
    public static PointwiseCase Of(string name) => All.Single(all => all.Name == name);

    public override string ToString() => Name;

    private static double LogOnePlus(double x) => x < 1e-5 ? x - (x * x / 2) + (x * x * x / 3) : Math.Log(1 + x);

    // By its power series; from 2 on by the continued fraction of its complement.
    private static double ErrorFunction(double x)
    {
        double sum = 0, term = x;
        if (Math.Abs(x) > 2)
        {
            double magnitude = Math.Abs(x), fraction = magnitude;
            for (int n = 200; n >= 1; n--) fraction = magnitude + (n / 2.0 / fraction);
            return Math.Sign(x) * (1 - (Math.Exp(-x * x) / fraction / Math.Sqrt(Math.PI)));
        }

        for (int n = 0; n < 200; n++)
        {
            sum += term / ((2 * n) + 1);
            term *= -x * x / (n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
