using MicroExpNet.Architectures;

namespace MicroExpNet.Training.Layers;

/// <summary>The windows of a pool over one image.</summary>
internal sealed class PoolWindows
{
    private readonly PoolWindow[] _windows;

    public PoolWindows(TensorShape input, TensorShape output, Window window, Padding padding)
    {
        _windows = new PoolWindow[output.Height * output.Width];
        for (int i = 0; i < _windows.Length; i++)
        {
            (int row, int column) = (i / output.Width, i % output.Width);
            int top = (row * window.StrideY) - padding.Top, left = (column * window.StrideX) - padding.Left;
            int firstRow = Math.Max(top, 0), firstColumn = Math.Max(left, 0);
            int height = Math.Min(top + window.Height, input.Height) - firstRow,
                width = Math.Min(left + window.Width, input.Width) - firstColumn;
            _windows[i] = new PoolWindow(row, column, firstRow, firstColumn, height, width);
        }
    }

    /// <summary>Row after row.</summary>
    public ReadOnlySpan<PoolWindow> All => _windows;
}
