using System.Numerics;
using System.Numerics.Tensors;

namespace MicroExpNet.Training.Layers;

/// <summary>The sum of two tensors, a residual connection.</summary>
internal sealed unsafe class AddLayer<T>(Tensor<T> first, Tensor<T> second, Tensor<T> output) : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private bool _startsFirst;
    private bool _startsSecond;

    public override bool TryStart(Tensor<T> input)
    {
        if (first == second) return false;
        if (input == first) _startsFirst = true;
        else _startsSecond = true;
        return true;
    }

    public override void Forward(in Pass pass, T* parameters, T* statistics)
    {
        foreach (TensorRow row in output.Rows(pass.Images))
        {
            TensorPrimitives.Add(first.ValuesOf(row), second.ValuesOf(row), output.ValuesOf(row));
        }
    }

    public override void Backward(in Pass pass, T* parameters, T* gradient)
    {
        foreach (TensorRow row in output.Rows(pass.Images))
        {
            AddOrCopy(output.GradientOf(row), first.GradientOf(row), _startsFirst);
            AddOrCopy(output.GradientOf(row), second.GradientOf(row), _startsSecond);
        }
    }

    private static void AddOrCopy(ReadOnlySpan<T> gradient, Span<T> sum, bool starts)
    {
        if (starts) gradient.CopyTo(sum);
        else TensorPrimitives.Add(sum, gradient, sum);
    }
}
