using System.Numerics;

namespace MicroExpNet.Training.Layers;

/// <summary>Copies an image's values into one vector, row by row, channels innermost.</summary>
internal sealed unsafe class FlattenLayer<T>(Tensor<T> input, Tensor<T> output) : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Forward(in Pass pass, T* parameters, T* statistics)
    {
        for (int image = 0; image < pass.Images; image++)
        {
            T* to = output.Values + output.Row(image, 0);
            for (int y = 0; y < input.Shape.Height; y++, to += input.RowLength)
            {
                new ReadOnlySpan<T>(input.Values + input.Row(image, y), input.RowLength).CopyTo(new Span<T>(to, input.RowLength));
            }
        }
    }

    public override void Backward(in Pass pass, T* parameters, T* gradient)
    {
        for (int image = 0; image < pass.Images; image++)
        {
            T* from = output.Gradient + output.Row(image, 0);
            for (int y = 0; y < input.Shape.Height; y++, from += input.RowLength)
            {
                T* to = input.Gradient + input.Row(image, y);
                for (int x = 0; x < input.RowLength; x++) to[x] += from[x];
            }
        }
    }
}
