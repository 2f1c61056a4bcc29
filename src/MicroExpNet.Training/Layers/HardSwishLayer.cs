using System.Numerics;

namespace MicroExpNet.Training.Layers;

/// <summary>Hard-swish (Howard et al., 2019): <c>x · min(max(x / 6 + ½, 0), 1)</c>. Its slope is <c>x / 3 + ½</c> between −3 and 3.</summary>
internal sealed unsafe class HardSwishLayer<T>(Tensor<T> input, Tensor<T> output) : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Forward(in Pass pass, T* parameters, T* statistics)
    {
        T sixth = T.One / T.CreateChecked(6), half = T.CreateChecked(0.5);
        for (int image = 0; image < pass.Images; image++)
        {
            for (int y = 0; y < input.Shape.Height; y++)
            {
                T* from = input.Values + input.Row(image, y);
                T* to = output.Values + output.Row(image, y);
                int x = 0;
                for (; x <= input.RowLength - Vector<T>.Count; x += Vector<T>.Count)
                {
                    Vector<T> value = Vector.Load(from + x);
                    (value * Vector.Min(Vector.Max((value * sixth) + new Vector<T>(half), Vector<T>.Zero), Vector<T>.One)).Store(to + x);
                }

                for (; x < input.RowLength; x++) to[x] = from[x] * T.Min(T.Max((from[x] * sixth) + half, T.Zero), T.One);
            }
        }
    }

    public override void Backward(in Pass pass, T* parameters, T* gradient)
    {
        T third = T.One / T.CreateChecked(3), half = T.CreateChecked(0.5), bound = T.CreateChecked(3);
        Vector<T> three = new(bound);
        for (int image = 0; image < pass.Images; image++)
        {
            for (int y = 0; y < input.Shape.Height; y++)
            {
                T* values = input.Values + input.Row(image, y);
                T* to = input.Gradient + input.Row(image, y);
                T* from = output.Gradient + output.Row(image, y);
                int x = 0;
                for (; x <= input.RowLength - Vector<T>.Count; x += Vector<T>.Count)
                {
                    Vector<T> value = Vector.Load(values + x);
                    Vector<T> slope = Vector.ConditionalSelect(Vector.GreaterThanOrEqual(value, three), Vector<T>.One, (value * third) + new Vector<T>(half));
                    slope = Vector.ConditionalSelect(Vector.LessThanOrEqual(value, -three), Vector<T>.Zero, slope);
                    (Vector.Load(to + x) + (Vector.Load(from + x) * slope)).Store(to + x);
                }

                for (; x < input.RowLength; x++)
                {
                    T slope = values[x] >= bound ? T.One : values[x] <= -bound ? T.Zero : (values[x] * third) + half;
                    to[x] += from[x] * slope;
                }
            }
        }
    }
}
