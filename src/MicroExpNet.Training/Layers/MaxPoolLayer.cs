using System.Numerics;
using MicroExpNet.Architectures;

namespace MicroExpNet.Training.Layers;

/// <summary>A max pool. Of equal values in a window the first has the gradient, as in TensorFlow. Padding never wins.</summary>
internal sealed unsafe class MaxPoolLayer<T> : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly MaxPool _layer;
    private readonly Tensor<T> _input;
    private readonly Tensor<T> _output;
    private readonly int[] _winners;

    public MaxPoolLayer(MaxPool layer, Tensor<T> input, Tensor<T> output)
    {
        _layer = layer;
        _input = input;
        _output = output;
        _winners = new int[output.Images * output.Shape.Length];
    }

    public override void Forward(in Pass pass, T* parameters, T* statistics)
    {
        int next = 0;
        for (int image = 0; image < pass.Images; image++)
        {
            for (int y = 0; y < _output.Shape.Height; y++)
            {
                for (int x = 0; x < _output.Shape.Width; x++) next = Window(image, y, x, next);
            }
        }
    }

    public override void Backward(in Pass pass, T* parameters, T* gradient)
    {
        int next = 0;
        for (int image = 0; image < pass.Images; image++)
        {
            for (int y = 0; y < _output.Shape.Height; y++)
            {
                T* row = _output.Gradient + _output.Row(image, y);
                for (int x = 0; x < _output.RowLength; x++) _input.Gradient[_winners[next++]] += row[x];
            }
        }
    }

    private int Window(int image, int y, int x, int next)
    {
        int channels = _input.Shape.Channels;
        int top = (y * _layer.Window.StrideY) - _layer.Padding.Top;
        int left = (x * _layer.Window.StrideX) - _layer.Padding.Left;
        int firstRow = Math.Max(top, 0), lastRow = Math.Min(top + _layer.Window.Height, _input.Shape.Height) - 1;
        int firstColumn = Math.Max(left, 0), lastColumn = Math.Min(left + _layer.Window.Width, _input.Shape.Width) - 1;
        T* output = _output.Values + _output.Row(image, y) + (x * channels);
        for (int channel = 0; channel < channels; channel++)
        {
            int winner = _input.Row(image, firstRow) + (firstColumn * channels) + channel;
            for (int row = firstRow; row <= lastRow; row++)
            {
                int place = _input.Row(image, row) + (firstColumn * channels) + channel;
                for (int column = firstColumn; column <= lastColumn; column++, place += channels)
                {
                    if (_input.Values[place] > _input.Values[winner]) winner = place;
                }
            }

            _winners[next + channel] = winner;
            output[channel] = _input.Values[winner];
        }

        return next + channels;
    }
}
