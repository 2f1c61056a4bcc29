using System.Numerics;
using System.Numerics.Tensors;

namespace MicroExpNet.Training.Layers;

/// <summary>The sum of two tensors, a residual connection.</summary>
internal sealed unsafe class AddLayer<T>(Tensor<T> first, Tensor<T> second, Tensor<T> output) : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Forward(in Pass pass, T* parameters, T* statistics)
    {
        for (int image = 0; image < pass.Images; image++)
        {
            for (int y = 0; y < output.Shape.Height; y++)
            {
                TensorPrimitives.Add(
                    new ReadOnlySpan<T>(first.Values + first.Row(image, y), output.RowLength),
                    new ReadOnlySpan<T>(second.Values + second.Row(image, y), output.RowLength),
                    new Span<T>(output.Values + output.Row(image, y), output.RowLength));
            }
        }
    }

    public override void Backward(in Pass pass, T* parameters, T* gradient)
    {
        for (int image = 0; image < pass.Images; image++)
        {
            for (int y = 0; y < output.Shape.Height; y++)
            {
                ReadOnlySpan<T> slope = new(output.Gradient + output.Row(image, y), output.RowLength);
                Span<T> sum = new(first.Gradient + first.Row(image, y), output.RowLength);
                TensorPrimitives.Add(sum, slope, sum);
                sum = new Span<T>(second.Gradient + second.Row(image, y), output.RowLength);
                TensorPrimitives.Add(sum, slope, sum);
            }
        }
    }
}
