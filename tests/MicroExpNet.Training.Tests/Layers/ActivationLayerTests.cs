using System.Numerics;
using MicroExpNet.Architectures;
using MicroExpNet.Tests;
using MicroExpNet.Training.Kernels;
using MicroExpNet.Training.Layers;

namespace MicroExpNet.Training.Tests.Layers;

/// <summary>Each activation over all of its pieces, bounds passed on both sides: values by its formula, gradients by differences.</summary>
public sealed unsafe class ActivationLayerTests
{
    private const int Channels = 19;
    private const double Step = 1e-6;

    public static TheoryData<string> Kinds => ["relu", "relu6", .. PointwiseCase.Names];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Values_are_the_formulas_and_gradients_the_differences(string kind)
    {
        double[] inputs = Inputs();
        (double[] values, double[] gradients) = Run<double>(kind, inputs);
        double[] above = Run<double>(
            kind, [.. inputs.Select(x => x + Step)]).Values, below = Run<double>(kind, [.. inputs.Select(x => x - Step)]).Values;
        for (int i = 0; i < inputs.Length; i++)
        {
            // The series of the error function and of the softplus are those of float precision.
            Assert.Equal(Formula(kind, inputs[i]), values[i], kind is "error function" or "softplus" ? 2e-7 : 1e-12);
            Assert.Equal(Factor(i) * (above[i] - below[i]) / (2 * Step), gradients[i], kind == "error function" ? 1e-5 : 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Floats_give_what_doubles_give(string kind)
    {
        (double[] values, double[] gradients) = Run<double>(kind, Inputs());
        (double[] floats, double[] floatGradients) = Run<float>(kind, Inputs());
        for (int i = 0; i < values.Length; i++)
        {
            Assert.Equal(values[i], floats[i], 1e-5);
            Assert.Equal(gradients[i], floatGradients[i], 1e-5);
        }
    }

    // −9 to 9, none of them near a bend.
    private static double[] Inputs() => [.. Enumerable.Range(0, 2 * 3 * Channels).Select(i => (i * 0.1591) - 9.013)];

    private static double Factor(int i) => 0.5 + (i % 7);

    private static double Formula(string kind, double x) => kind switch
    {
        "relu" => Math.Max(x, 0),
        "relu6" => Math.Clamp(x, 0, 6),
        _ => PointwiseCase.Of(kind).Formula(x),
    };

    private static (double[] Values, double[] Gradients) Run<T>(string kind, double[] inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorShape shape = new(2, 3, Channels);
        Tensor<T> input = new(shape, 1, 1), output = kind.StartsWith("relu", StringComparison.Ordinal) ? input : new Tensor<T>(shape, 0, 1);
        TrainingLayer<T> layer = kind switch
        {
            "relu" => new ReluLayer<T>(output, T.PositiveInfinity),
            "relu6" => new ReluLayer<T>(output, T.CreateChecked(6)),
            _ => new FunctionLayer<T>(PointwiseKernel<T>.For(PointwiseCase.Of(kind).Make("f", Layer.NetworkInput, shape)), input, output),
        };
        for (int i = 0; i < inputs.Length; i++) *Place(input, input.Values, i) = T.CreateChecked(inputs[i]);
        layer.Forward(new Pass(1, 0), null, null);
        double[] values = [.. Enumerable.Range(0, inputs.Length).Select(i => double.CreateChecked(*Place(output, output.Values, i)))];
        for (int i = 0; i < inputs.Length; i++) *Place(output, output.Gradient, i) = T.CreateChecked(Factor(i));
        layer.Backward(new Pass(1, 0), null, null);
        return (values, [.. Enumerable.Range(0, inputs.Length).Select(i => double.CreateChecked(*Place(input, input.Gradient, i)))]);
    }

    private static T* Place<T>(Tensor<T> tensor, T* start, int i)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => start + tensor.Row(0, i / tensor.RowLength) + (i % tensor.RowLength);
}
