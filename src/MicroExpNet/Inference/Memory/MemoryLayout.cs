using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.Memory;

/// <summary>
/// Where each layer's output lies in the scratch memory. Every output that a step writes has a region of its own, so borders are
/// written once, when the memory is new. Where scratch memory is shared with other plans, regions also share it with each other: one may
/// lie where another lay that no later step reads. Large images then take a third of the memory, and borders are written each time.
/// </summary>
internal sealed class MemoryLayout
{
    private const int CacheLine = 64;

    // Kernels read whole vectors at the end of the last row.
    public const int VectorSlack = 64;

    private readonly Architecture _architecture;
    private readonly ModelQuantization? _quantization;
    private readonly Fusion _fusion;
    private readonly MemoryBudget _budget;
    private readonly Region[] _regions;
    private readonly bool[] _isView;
    private readonly bool _isShared;

    // Of the regions in the order of their steps: first byte, byte after the last, and the last step that reads it.
    private readonly long[] _starts;
    private readonly long[] _ends;
    private readonly int[] _lastReaders;
    private long _bytes;

    /// <summary>Lays out a network.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="quantization">What is quantised; null for a network of floats.</param>
    /// <param name="fusion">What is fused.</param>
    /// <param name="budget">The memory it may take.</param>
    /// <param name="isShared">Whether regions share memory.</param>
    /// <exception cref="ModelFormatException">The network needs more memory than it may take.</exception>
    public MemoryLayout(Architecture architecture, ModelQuantization? quantization, Fusion fusion, MemoryBudget budget, bool isShared)
    {
        _budget = budget;
        _architecture = architecture;
        _quantization = quantization;
        _fusion = fusion;
        _regions = new Region[architecture.Layers.Length + 1];
        _isView = new bool[architecture.Layers.Length];
        _isShared = isShared;
        _starts = new long[_regions.Length];
        _ends = new long[_regions.Length];
        _lastReaders = new int[_regions.Length];
        budget.Take(VectorSlack, "its input");
        Allocate(Layer.NetworkInput);
        for (int i = 0; i < architecture.Layers.Length; i++)
        {
            if (fusion.IsFused(i)) continue;
            if (architecture.Layers[i] is Flatten && CanView(i)) View(i);
            else Allocate(i);
        }
    }

    /// <summary>Floats in all, a whole number of cache lines.</summary>
    public int Length => (int)((_bytes + VectorSlack) / sizeof(float));

    /// <summary>Regions whose borders have to be filled.</summary>
    public Region[] FilledBorders => Array.FindAll(_regions, region => region.NeedsFilledBorder);

    /// <summary>Whether a layer needs no step, because it is the output of the layer it reads, seen with another shape.</summary>
    public bool IsView(int position) => _isView[position];

    /// <summary>The region of a layer's output, after what is fused to it.</summary>
    public Region RegionOf(int position) => _regions[(position == Layer.NetworkInput ? position : _fusion.FirstOf(position)) + 1];

    // An image without gaps between its rows is its own vector, unless the vector needs a border or another quantisation.
    private bool CanView(int position)
    {
        int input = _architecture.Layers[position].Inputs[0];
        if (input == Layer.NetworkInput || !RegionOf(input).IsPacked) return false;
        if (Array.Exists(_fusion.Readers[position], reader => _architecture.Layers[reader] is Convolution)) return false;
        return _quantization?[position] is not { } own || own == _quantization[input];
    }

    private void View(int position)
    {
        TensorShape shape = _architecture.ShapeOf(position);
        _isView[position] = true;
        Region input = RegionOf(_architecture.Layers[position].Inputs[0]);
        _regions[position + 1] = input with { Shape = shape, RowStride = shape.Length, Border = default };
    }

    private void Allocate(int position)
    {
        int last = position == Layer.NetworkInput ? position : _fusion.LastOf(position);
        TensorShape shape = _architecture.ShapeOf(last);
        TensorQuantization? quantization = _quantization?[last];
        Padding border = BorderFor(_fusion.Readers[last]);
        int size = quantization is null ? sizeof(float) : sizeof(byte);
        double rowLength = ((double)border.Left + shape.Width + border.Right) * shape.Channels;
        double length = rowLength * ((double)border.Top + shape.Height + border.Bottom) * size;
        if (_isShared) length += VectorSlack;
        double whole = Math.Ceiling(length / CacheLine) * CacheLine;
        long start = _isShared ? FirstFree(position, whole) : _bytes;
        string purpose = position == Layer.NetworkInput ? "its input" : $"the output of layer '{_architecture.Layers[last].Name}'";
        _budget.Take(Math.Max(0, start + whole - _bytes), purpose);
        long end = start + (long)whole;
        _bytes = Math.Max(_bytes, end);
        (_starts[position + 1], _ends[position + 1], _lastReaders[position + 1]) = (start, end, LastReader(last));

        // The budget is below 2³¹ bytes, so all offsets fit 32 bits.
        int rowStride = (int)rowLength, offset = (int)(start / size) + (border.Top * rowStride) + (border.Left * shape.Channels);
        _regions[position + 1] = new Region(offset, rowStride, shape, border, quantization);
    }

    // The first gap between the regions that the step at a position, or one after it, reads.
    private long FirstFree(int position, double length)
    {
        long start = 0;
        for (int i = 0; i <= position; i++)
        {
            if (_lastReaders[i] < position || start >= _ends[i] || start + length <= _starts[i]) continue;
            start = _ends[i];
            i = -1;
        }

        return start;
    }

    // The position of the last step that reads a layer's output. Other layers may read it through one that only changes its shape, and a
    // caller what no layer reads.
    private int LastReader(int position)
    {
        int last = -1;
        foreach (int reader in _fusion.Readers[position])
        {
            last = _architecture.Layers[reader] is Flatten ? int.MaxValue : Math.Max(last, _fusion.FirstOf(reader));
            if (last == int.MaxValue) break;
        }

        return last < 0 ? int.MaxValue : last;
    }

    private Padding BorderFor(int[] readers)
    {
        Padding border = default;
        foreach (int reader in readers)
        {
            if (_architecture.Layers[reader] is not Convolution convolution) continue;
            Padding own = _fusion.TilesOf(reader)?.Border ?? convolution.Padding;
            border = new Padding(
                Math.Max(border.Top, own.Top),
                Math.Max(border.Left, own.Left),
                Math.Max(border.Bottom, own.Bottom),
                Math.Max(border.Right, own.Right));
        }

        return border;
    }
}
