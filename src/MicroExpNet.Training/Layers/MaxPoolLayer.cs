using System.Numerics;
using MicroExpNet.Architectures;

namespace MicroExpNet.Training.Layers;

/// <summary>A max pool. Of equal values in a window the first has the gradient, as in TensorFlow. Padding never wins.</summary>
internal sealed unsafe class MaxPoolLayer<T>(MaxPool layer, Tensor<T> input, Tensor<T> output) : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PoolWindows _windows = new(input.Shape, output.Shape, layer.Window, layer.Padding);

    public override void Forward(in Pass pass, T* parameters, T* statistics)
    {
        int channels = input.Shape.Channels;
        for (int image = 0; image < pass.Images; image++)
        {
            foreach (PoolWindow window in _windows.All)
            {
                T* first = input.Values + input.Row(image, window.Top) + (window.Left * channels);
                T* to = output.Values + output.Row(image, window.Row) + (window.Column * channels);
                int channel = 0;
                for (; channel <= channels - Vector<T>.Count; channel += Vector<T>.Count)
                {
                    Vector<T> maximum = Vector.Load(first + channel);
                    for (int y = 0; y < window.Height; y++)
                    {
                        T* from = first + (y * input.RowStride) + channel;
                        for (int x = 0; x < window.Width; x++, from += channels) maximum = Vector.Max(maximum, Vector.Load(from));
                    }

                    maximum.Store(to + channel);
                }

                for (; channel < channels; channel++)
                {
                    T maximum = first[channel];
                    for (int y = 0; y < window.Height; y++)
                    {
                        T* from = first + (y * input.RowStride) + channel;
                        for (int x = 0; x < window.Width; x++, from += channels) maximum = T.Max(maximum, *from);
                    }

                    to[channel] = maximum;
                }
            }
        }
    }

    public override void Backward(in Pass pass, T* parameters, T* gradient)
    {
        int channels = input.Shape.Channels;
        for (int image = 0; image < pass.Images; image++)
        {
            foreach (PoolWindow window in _windows.All)
            {
                int first = input.Row(image, window.Top) + (window.Left * channels);
                int to = output.Row(image, window.Row) + (window.Column * channels);
                int channel = 0;
                for (; channel <= channels - Vector<T>.Count; channel += Vector<T>.Count)
                {
                    Vector<T> maximum = Vector.Load(output.Values + to + channel);

                    // What of the gradient has not yet found the window's first greatest value.
                    Vector<T> left = Vector.Load(output.Gradient + to + channel);
                    for (int y = 0; y < window.Height; y++)
                    {
                        int from = first + (y * input.RowStride) + channel;
                        for (int x = 0; x < window.Width; x++, from += channels)
                        {
                            Vector<T> wins = Vector.Equals(Vector.Load(input.Values + from), maximum);
                            Vector<T> share = Vector.ConditionalSelect(wins, left, Vector<T>.Zero);
                            (Vector.Load(input.Gradient + from) + share).Store(input.Gradient + from);
                            left = Vector.ConditionalSelect(wins, Vector<T>.Zero, left);
                        }
                    }
                }

                for (; channel < channels; channel++) BackwardOne(window, first + channel, to + channel);
            }
        }
    }

    private void BackwardOne(PoolWindow window, int first, int to)
    {
        for (int y = 0; y < window.Height; y++)
        {
            int from = first + (y * input.RowStride);
            for (int x = 0; x < window.Width; x++, from += input.Shape.Channels)
            {
                if (input.Values[from] != output.Values[to]) continue;
                input.Gradient[from] += output.Gradient[to];
                return;
            }
        }
    }
}
