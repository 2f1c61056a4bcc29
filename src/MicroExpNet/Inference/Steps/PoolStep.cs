using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Inference.Steps;

/// <summary>A max or average pool, a vector of channels at a time; places outside the image are left out.</summary>
internal sealed unsafe class PoolStep<TLanes, TVector> : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    private readonly Region _input;
    private readonly Region _output;
    private readonly Window _window;
    private readonly Padding _padding;
    private readonly PoolKind _kind;

    public PoolStep(PoolKind kind, Window window, Padding padding, Region input, Region output)
    {
        _kind = kind;
        _window = window;
        _padding = padding;
        _input = input;
        _output = output;
    }

    public override void Run(float* scratch)
    {
        for (int y = 0; y < _output.Shape.Height; y++)
        {
            int top = (y * _window.StrideY) - _padding.Top;
            int bottom = Math.Min(top + _window.Height, _input.Shape.Height);
            top = Math.Max(top, 0);
            RunRow(scratch, y, top, bottom);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunRow(float* scratch, int y, int top, int bottom)
    {
        int channels = _output.Shape.Channels;
        float* output = scratch + _output.Offset + (y * _output.RowStride);
        for (int x = 0; x < _output.Shape.Width; x++, output += channels)
        {
            int left = (x * _window.StrideX) - _padding.Left;
            int right = Math.Min(left + _window.Width, _input.Shape.Width);
            left = Math.Max(left, 0);
            float* corner = scratch + _input.Offset + (top * _input.RowStride) + (left * channels);
            int rows = bottom - top;
            int columns = right - left;
            if (_kind == PoolKind.Max)
            {
                int done = Max<TLanes, TVector>(corner, rows, columns, output, 0);
                Max<PlainLanes, float>(corner, rows, columns, output, done);
            }
            else
            {
                int places = _kind == PoolKind.AverageOfWindow ? PlacesWithPadding(x, y) : rows * columns;
                int done = Average<TLanes, TVector>(corner, rows, columns, 1f / places, output, 0);
                Average<PlainLanes, float>(corner, rows, columns, 1f / places, output, done);
            }
        }
    }

    // The padding counts, but not what a window reaches beyond it.
    private int PlacesWithPadding(int x, int y)
    {
        int rows = Math.Min(_window.Height, _input.Shape.Height + _padding.Top + _padding.Bottom - (y * _window.StrideY));
        int columns = Math.Min(_window.Width, _input.Shape.Width + _padding.Left + _padding.Right - (x * _window.StrideX));
        return rows * columns;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Max<TL, TV>(float* corner, int rows, int columns, float* output, int first)
        where TL : struct, ILanes<TV>
        where TV : unmanaged
    {
        int channels = _output.Shape.Channels;
        int channel = first;
        for (; channel + TL.Count <= channels; channel += TL.Count)
        {
            TV max = TL.Load(corner + channel);
            for (int row = 0; row < rows; row++)
            {
                float* values = corner + (row * _input.RowStride) + channel;
                for (int column = 0; column < columns; column++, values += channels) max = TL.Max(max, TL.Load(values));
            }

            TL.Store(max, output + channel);
        }

        return channel;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Average<TL, TV>(float* corner, int rows, int columns, float scale, float* output, int first)
        where TL : struct, ILanes<TV>
        where TV : unmanaged
    {
        int channels = _output.Shape.Channels;
        int channel = first;
        for (; channel + TL.Count <= channels; channel += TL.Count)
        {
            TV sum = TL.Broadcast(0);
            for (int row = 0; row < rows; row++)
            {
                float* values = corner + (row * _input.RowStride) + channel;
                for (int column = 0; column < columns; column++, values += channels) sum = TL.Add(sum, TL.Load(values));
            }

            TL.Store(TL.Multiply(sum, TL.Broadcast(scale)), output + channel);
        }

        return channel;
    }
}
