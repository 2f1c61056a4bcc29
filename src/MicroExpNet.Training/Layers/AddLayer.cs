using System.Numerics;
using System.Numerics.Tensors;

namespace MicroExpNet.Training.Layers;

/// <summary>The sum of two tensors, a residual connection.</summary>
internal sealed unsafe class AddLayer<T>(Tensor<T> first, Tensor<T> second, Tensor<T> output) : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
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
            TensorPrimitives.Add(first.GradientOf(row), output.GradientOf(row), first.GradientOf(row));
            TensorPrimitives.Add(second.GradientOf(row), output.GradientOf(row), second.GradientOf(row));
        }
    }
}
