using System.Numerics;
using System.Numerics.Tensors;

namespace MicroExpNet.Training.Layers;

/// <summary>Copies an image's values into one vector, row by row, channels innermost.</summary>
internal sealed unsafe class FlattenLayer<T>(Tensor<T> input, Tensor<T> output) : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private bool _starts;

    public override bool TryStart(Tensor<T> input) => _starts = true;

    public override void Forward(in Pass pass, T* parameters, T* statistics)
    {
        foreach (TensorRow row in input.Rows(pass.Images))
        {
            input.ValuesOf(row).CopyTo(PartOf(output.ValuesOf(new TensorRow(row.Image, 0)), row));
        }
    }

    public override void Backward(in Pass pass, T* parameters, T* gradient)
    {
        foreach (TensorRow row in input.Rows(pass.Images))
        {
            Span<T> sum = input.GradientOf(row), part = PartOf(output.GradientOf(new TensorRow(row.Image, 0)), row);
            if (_starts) part.CopyTo(sum);
            else TensorPrimitives.Add(sum, part, sum);
        }
    }

    private Span<T> PartOf(Span<T> vector, TensorRow row) => vector.Slice(row.Y * input.RowLength, input.RowLength);
}
