using System.Numerics;

namespace MicroExpNet.Training.Layers;

/// <summary>
/// ReLU or ReLU6, in place: values are held between bounds, and gradients pass where a value lies strictly between them. The layer before
/// it needs no values of its own output for its gradient, so both share one tensor.
/// </summary>
/// <param name="tensor">Output of the layer before, read by nobody else.</param>
/// <param name="maximum">Infinity for ReLU, 6 for ReLU6.</param>
internal sealed unsafe class ReluLayer<T>(Tensor<T> tensor, T maximum) : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Forward(in Pass pass, T* parameters, T* statistics)
    {
        Vector<T> zero = Vector<T>.Zero;
        Vector<T> bound = new(maximum);
        for (int image = 0; image < pass.Images; image++)
        {
            for (int y = 0; y < tensor.Shape.Height; y++)
            {
                T* row = tensor.Values + tensor.Row(image, y);
                int x = 0;

                // NaN must come through, so that the loss shows it: comparisons with NaN are false and leave it alone.
                for (; x <= tensor.RowLength - Vector<T>.Count; x += Vector<T>.Count)
                {
                    Vector<T> value = Vector.Load(row + x);
                    value = Vector.ConditionalSelect(Vector.LessThan(value, zero), zero, value);
                    Vector.ConditionalSelect(Vector.GreaterThan(value, bound), bound, value).Store(row + x);
                }

                for (; x < tensor.RowLength; x++)
                {
                    if (row[x] < T.Zero) row[x] = T.Zero;
                    if (row[x] > maximum) row[x] = maximum;
                }
            }
        }
    }

    public override void Backward(in Pass pass, T* parameters, T* gradient)
    {
        Vector<T> zero = Vector<T>.Zero;
        Vector<T> bound = new(maximum);
        for (int image = 0; image < pass.Images; image++)
        {
            for (int y = 0; y < tensor.Shape.Height; y++)
            {
                T* row = tensor.Values + tensor.Row(image, y);
                T* slope = tensor.Gradient + tensor.Row(image, y);
                int x = 0;
                for (; x <= tensor.RowLength - Vector<T>.Count; x += Vector<T>.Count)
                {
                    Vector<T> value = Vector.Load(row + x);
                    Vector<T> held = Vector.BitwiseOr(Vector.LessThanOrEqual(value, zero), Vector.GreaterThanOrEqual(value, bound));
                    Vector.ConditionalSelect(held, zero, Vector.Load(slope + x)).Store(slope + x);
                }

                for (; x < tensor.RowLength; x++)
                {
                    if (row[x] <= T.Zero || row[x] >= maximum) slope[x] = T.Zero;
                }
            }
        }
    }
}
