using System.Numerics;
using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;

namespace MicroExpNet.Training.Layers;

/// <summary>
/// A max pool, alone or with the ReLU or ReLU6 before it, whose output is then never written: the maximum of clamped values is the clamped
/// maximum. Of equal values in a window the first has the gradient, as in TensorFlow. Padding never wins.
/// </summary>
/// <param name="layer">The pool.</param>
/// <param name="input">The pool's input, or that of the ReLU before it.</param>
/// <param name="output">The pool's output.</param>
/// <param name="bounds">
/// What the activation clamps to: 0 and infinity or 6. Without an activation minus infinity and infinity. A maximum that is not strictly
/// between them has no gradient.
/// </param>
internal sealed unsafe class MaxPoolLayer<T>(MaxPool layer, Tensor<T> input, Tensor<T> output, (T Minimum, T Maximum) bounds)
    : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PoolWindows _windows = new(input.Shape, output.Shape, layer.Window, layer.Padding);
    private bool _starts;

    // Windows that neither overlap nor leave pixels out write each pixel's gradient once.
    public override bool TryStart(Tensor<T> input)
    {
        long pixels = 0;
        foreach (PoolWindow window in _windows.All) pixels += (long)window.Height * window.Width;
        _starts = layer.Window.StrideY >= layer.Window.Height && layer.Window.StrideX >= layer.Window.Width
            && pixels == (long)input.Shape.Height * input.Shape.Width;
        return _starts;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(in Pass pass, T* parameters, T* statistics)
    {
        int channels = input.Shape.Channels;
        nint rowStride = input.RowStride;
        (T least, T most) = bounds;
        Vector<T> minimum = new(least), maximum = new(most);
        for (int image = 0; image < pass.Images; image++)
        {
            foreach (PoolWindow window in _windows.All)
            {
                T* first = input.Values + input.Row(image, window.Top) + (window.Left * channels);
                T* to = output.Values + output.Row(image, window.Row) + (window.Column * channels);
                int channel = 0;
                for (; channel <= channels - Vector<T>.Count; channel += Vector<T>.Count)
                {
                    Vector<T> value = minimum;
                    T* row = first + channel;
                    for (int y = 0; y < window.Height; y++, row += rowStride)
                    {
                        T* from = row;
                        for (int x = 0; x < window.Width; x++, from += channels) value = Vector.Max(value, Vector.Load(from));
                    }

                    Vector.Min(value, maximum).Store(to + channel);
                }

                for (; channel < channels; channel++)
                {
                    T value = least;
                    T* row = first + channel;
                    for (int y = 0; y < window.Height; y++, row += rowStride)
                    {
                        T* from = row;
                        for (int x = 0; x < window.Width; x++, from += channels) value = T.Max(value, *from);
                    }

                    to[channel] = T.Min(value, most);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(in Pass pass, T* parameters, T* gradient)
    {
        int channels = input.Shape.Channels;
        nint rowStride = input.RowStride;
        bool starts = _starts;
        Vector<T> minimum = new(bounds.Minimum), maximum = new(bounds.Maximum);
        for (int image = 0; image < pass.Images; image++)
        {
            foreach (PoolWindow window in _windows.All)
            {
                int first = input.Row(image, window.Top) + (window.Left * channels);
                int to = output.Row(image, window.Row) + (window.Column * channels);
                int channel = 0;
                for (; channel <= channels - Vector<T>.Count; channel += Vector<T>.Count)
                {
                    Vector<T> value = Vector.Load(output.Values + to + channel);
                    Vector<T> between = Vector.BitwiseAnd(Vector.GreaterThan(value, minimum), Vector.LessThan(value, maximum));

                    // The part of the gradient that has not yet met the window's first greatest value.
                    Vector<T> left = Vector.BitwiseAnd(Vector.Load(output.Gradient + to + channel), between);
                    T* values = input.Values + first + channel;
                    T* gradients = input.Gradient + first + channel;
                    for (int y = 0; y < window.Height; y++, values += rowStride, gradients += rowStride)
                    {
                        nint at = 0;
                        for (int x = 0; x < window.Width; x++, at += channels)
                        {
                            Vector<T> wins = Vector.Equals(Vector.Load(values + at), value);
                            Vector<T> share = Vector.BitwiseAnd(left, wins);
                            (starts ? share : Vector.Load(gradients + at) + share).Store(gradients + at);
                            left = Vector.AndNot(left, wins);
                        }
                    }
                }

                for (; channel < channels; channel++) BackwardOne(window, first + channel, to + channel);
            }
        }
    }

    private void BackwardOne(PoolWindow window, int first, int to)
    {
        T value = output.Values[to];
        T left = value > bounds.Minimum && value < bounds.Maximum ? output.Gradient[to] : T.Zero;
        for (int y = 0; y < window.Height; y++)
        {
            int from = first + (y * input.RowStride);
            for (int x = 0; x < window.Width; x++, from += input.Shape.Channels)
            {
                bool wins = input.Values[from] == value;
                T share = wins ? left : T.Zero;
                input.Gradient[from] = _starts ? share : input.Gradient[from] + share;
                if (wins) left = T.Zero;
            }
        }
    }
}
