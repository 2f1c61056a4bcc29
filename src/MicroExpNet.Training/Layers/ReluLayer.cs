using System.Numerics;

namespace MicroExpNet.Training.Layers;

/// <summary>
/// ReLU or ReLU6, in place: clamps values to bounds, and passes the gradient on where a value lies strictly between them. The layer before
/// it does not need its own output for its gradient, so both share one tensor.
/// </summary>
/// <param name="tensor">Output of the layer before, which no other layer reads.</param>
/// <param name="maximum">Infinity for ReLU, 6 for ReLU6.</param>
internal sealed unsafe class ReluLayer<T>(Tensor<T> tensor, T maximum) : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Forward(in Pass pass, T* parameters, T* statistics)
    {
        Vector<T> zero = Vector<T>.Zero;
        Vector<T> bound = new(maximum);
        foreach (TensorRow row in tensor.Rows(pass.Images))
        {
            T* values = tensor.ValuesAt(row);
            int x = 0;

            // NaN passes, so that the loss shows it: comparisons with NaN are false.
            for (; x <= tensor.RowLength - Vector<T>.Count; x += Vector<T>.Count)
            {
                Vector<T> value = Vector.Load(values + x);
                value = Vector.ConditionalSelect(Vector.LessThan(value, zero), zero, value);
                Vector.ConditionalSelect(Vector.GreaterThan(value, bound), bound, value).Store(values + x);
            }

            for (; x < tensor.RowLength; x++)
            {
                if (values[x] < T.Zero) values[x] = T.Zero;
                if (values[x] > maximum) values[x] = maximum;
            }
        }
    }

    public override void Backward(in Pass pass, T* parameters, T* gradient)
    {
        Vector<T> zero = Vector<T>.Zero;
        Vector<T> bound = new(maximum);
        foreach (TensorRow row in tensor.Rows(pass.Images))
        {
            T* values = tensor.ValuesAt(row);
            T* gradients = tensor.GradientAt(row);
            int x = 0;
            for (; x <= tensor.RowLength - Vector<T>.Count; x += Vector<T>.Count)
            {
                Vector<T> value = Vector.Load(values + x);
                Vector<T> clamped = Vector.BitwiseOr(Vector.LessThanOrEqual(value, zero), Vector.GreaterThanOrEqual(value, bound));
                Vector.ConditionalSelect(clamped, zero, Vector.Load(gradients + x)).Store(gradients + x);
            }

            for (; x < tensor.RowLength; x++)
            {
                if (values[x] <= T.Zero || values[x] >= maximum) gradients[x] = T.Zero;
            }
        }
    }
}
