using System.Collections.Immutable;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Winograd;
using MicroExpNet.Models;

namespace MicroExpNet.Inference;

/// <summary>
/// Which layers are fused, that is, computed by the step of a layer they read, so that the values between them are never written:
/// <list type="bullet">
/// <item>ReLU and Clip after a convolution, a fully connected layer or a sum;</item>
/// <item>a 2×2 max pool after a convolution of bytes or one done as Winograd tiles;</item>
/// <item>a sum after the later of its two inputs, where that is a convolution done as Winograd tiles.</item>
/// </list>
/// A layer is fused only to a layer that nothing else reads.
/// </summary>
internal sealed class Fusion
{
    private readonly Architecture _architecture;
    private readonly ModelQuantization? _quantization;
    private readonly WinogradGeometry?[] _tiles;
    private readonly int?[] _addends;
    private readonly ActivationRange[] _ranges;
    private readonly bool[] _pools;
    private readonly int[] _first;
    private readonly int[] _last;

    /// <summary>Decides what is fused.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="quantization">What is quantised; null for a network of floats.</param>
    /// <param name="lanes">Floats in one vector, on which the choice of Winograd tiles depends.</param>
    public Fusion(Architecture architecture, ModelQuantization? quantization, int lanes)
    {
        _architecture = architecture;
        _quantization = quantization;
        Readers = new LayerReaders(architecture);
        int count = architecture.Layers.Length;
        _tiles = new WinogradGeometry?[count];
        _addends = new int?[count];
        _ranges = new ActivationRange[count];
        _pools = new bool[count];
        _first = new int[count];
        for (int i = 0; i < count; i++) _first[i] = i;
        _last = [.. _first];
        for (int i = 0; i < count; i++)
        {
            if (!IsFused(i)) Fuse(i, lanes);
        }
    }

    /// <summary>The layers that read each layer.</summary>
    public readonly LayerReaders Readers;

    /// <summary>The tiles of a convolution, or null where it is done directly.</summary>
    public WinogradGeometry? TilesOf(int position) => _tiles[position];

    /// <summary>Whether a layer is computed by the step of a layer before it.</summary>
    public bool IsFused(int position) => _first[position] != position;

    /// <summary>The layer whose step computes this one: itself, or the layer it is fused to.</summary>
    public int FirstOf(int position) => _first[position];

    /// <summary>The layer whose output a layer's step writes: itself, or the last that is fused to it.</summary>
    public int LastOf(int position) => _last[position];

    /// <summary>Whether a convolution's step also does a 2×2 max pool.</summary>
    public bool Pools(int position) => _pools[position];

    /// <summary>The layer that a convolution's step adds to its own output, or null where no sum is fused to it.</summary>
    public int? AddendOf(int position) => _addends[position];

    /// <summary>The bounds of a layer's own activation, or of the one fused to it.</summary>
    public ActivationRange RangeOf(int position) => _ranges[position];

    private void Fuse(int position, int lanes)
    {
        Layer layer = _architecture.Layers[position];
        _ranges[position] = RangeOf(layer);
        bool canPool = false;
        if (layer is Convolution convolution)
        {
            bool pools = PoolAfter(ActivationAfter(position) ?? position) is not null;
            _tiles[position] = _quantization is null
                ? ConvolutionStrategy.Choose(convolution, lanes, pools)
                : ConvolutionStrategy.ChooseForBytes(convolution, pools);
            canPool = _quantization is not null || _tiles[position] is not null;
            if (_tiles[position] is not null && AddAfter(position) is int add && CanAdd(position, add))
            {
                _addends[position] = OtherInput(add, position);
                Append(position, add);
            }
        }

        if (ActivationAfter(_last[position]) is int activation)
        {
            _ranges[position] = RangeOf(_architecture.Layers[activation]);
            Append(position, activation);
        }

        if (canPool && _addends[position] is null && PoolAfter(_last[position]) is int pool)
        {
            _pools[position] = true;
            Append(position, pool);
        }
    }

    private void Append(int position, int fused)
    {
        _first[fused] = position;
        _last[position] = fused;
    }

    // An activation on values that are not rounded to bytes before it.
    private int? ActivationAfter(int position)
    {
        if (_quantization?[position] is not null) return null;
        if (_architecture.Layers[position] is not (Convolution or FullyConnected or Add)) return null;
        return Readers[position] is [int reader] && _architecture.Layers[reader] is Relu or Clip ? reader : null;
    }

    // A pool whose windows start at the first row and column. Of bytes, one that gives the same numbers before and after rounding.
    private int? PoolAfter(int position)
    {
        if (Readers[position] is not [int reader] || _architecture.Layers[reader] is not MaxPool pool) return null;
        if (pool.Window != Window.Square(2, 2) || pool.Padding is not { Top: 0, Left: 0 }) return null;
        return _quantization?[position] is not { } own || own == _quantization[reader] ? reader : null;
    }

    private int? AddAfter(int position) =>
        Readers[position] is [int reader] && _architecture.Layers[reader] is Add && OtherInput(reader, position) < position ? reader : null;

    // Of bytes, to bytes of the same shape; of floats always.
    private bool CanAdd(int position, int add) => _quantization is null
        || (_quantization[OtherInput(add, position)] is not null && _quantization[ActivationAfter(add) ?? add] is not null);

    private int OtherInput(int add, int position)
    {
        ImmutableArray<int> inputs = _architecture.Layers[add].Inputs;
        return inputs[0] == position ? inputs[1] : inputs[0];
    }

    private static ActivationRange RangeOf(Layer layer) => layer switch
    {
        Relu => ActivationRange.Relu,
        Clip clip => new ActivationRange(clip.Minimum, clip.Maximum),
        _ => ActivationRange.None,
    };
}
