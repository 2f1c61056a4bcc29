using System.Numerics;

namespace MicroExpNet.Training.Layers;

/// <summary>
/// ReLU or ReLU6, in place: values are held between bounds, and gradients pass where a value lies strictly between them. The layer before
/// it needs no values of its own output for its gradient, so both share one tensor.
/// </summary>
internal sealed unsafe class ReluLayer<T> : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _tensor;
    private readonly T _maximum;

    /// <summary>Clamps a tensor.</summary>
    /// <param name="tensor">Output of the layer before, read by nobody else.</param>
    /// <param name="maximum">Infinity for ReLU, 6 for ReLU6.</param>
    public ReluLayer(Tensor<T> tensor, T maximum)
    {
        _tensor = tensor;
        _maximum = maximum;
    }

    public override void Forward(in Pass pass, T* parameters, T* statistics)
    {
        for (int image = 0; image < pass.Images; image++)
        {
            for (int y = 0; y < _tensor.Shape.Height; y++)
            {
                T* row = _tensor.Values + _tensor.Row(image, y);
                for (int x = 0; x < _tensor.RowLength; x++)
                {
                    T value = row[x];
                    row[x] = value > T.Zero ? (value < _maximum ? value : _maximum) : value <= T.Zero ? T.Zero : value;
                }
            }
        }
    }

    public override void Backward(in Pass pass, T* parameters, T* gradient)
    {
        for (int image = 0; image < pass.Images; image++)
        {
            for (int y = 0; y < _tensor.Shape.Height; y++)
            {
                T* row = _tensor.Values + _tensor.Row(image, y);
                T* slope = _tensor.Gradient + _tensor.Row(image, y);
                for (int x = 0; x < _tensor.RowLength; x++)
                {
                    if (row[x] <= T.Zero || row[x] >= _maximum) slope[x] = T.Zero;
                }
            }
        }
    }
}
