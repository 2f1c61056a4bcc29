using System.Numerics;
using MicroExpNet.Training.Kernels;

namespace MicroExpNet.Training.Layers;

/// <summary>
/// A layer that computes each value of its output from the same value of its input: any <see cref="Architectures.PointwiseLayer"/>.
/// </summary>
/// <param name="kernel">Computes the function and its gradient.</param>
/// <param name="input">The layer's input.</param>
/// <param name="output">The layer's output, of the same shape.</param>
internal sealed unsafe class FunctionLayer<T>(PointwiseKernel<T> kernel, Tensor<T> input, Tensor<T> output) : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Forward(in Pass pass, T* parameters, T* statistics)
    {
        for (int image = 0; image < pass.Images; image++)
        {
            for (int y = 0; y < input.Shape.Height; y++)
            {
                kernel.Forward(input.Values + input.Row(image, y), output.Values + output.Row(image, y), input.RowLength);
            }
        }
    }

    public override void Backward(in Pass pass, T* parameters, T* gradient)
    {
        for (int image = 0; image < pass.Images; image++)
        {
            for (int y = 0; y < input.Shape.Height; y++)
            {
                int at = input.Row(image, y);
                kernel.Backward(input.Values + at, output.Gradient + output.Row(image, y), input.Gradient + at, input.RowLength);
            }
        }
    }
}
