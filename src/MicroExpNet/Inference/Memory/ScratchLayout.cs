using System.Collections.Immutable;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Winograd;

namespace MicroExpNet.Inference.Memory;

/// <summary>
/// Where each layer's output lies in the scratch memory, which convolutions are done as tiles, and which activations, pools and sums are
/// joined to the layer before them. Every output has a place of its own: borders are written once, when the memory is new, and stay zero.
/// </summary>
internal sealed class ScratchLayout
{
    // 1 GiB: far above what a tiny network needs, far below what a hostile file could ask for.
    public const long MaxLength = 1L << 28;

    private readonly Architecture _architecture;
    private readonly List<int>[] _readers;
    private readonly Dictionary<int, Region> _regions = [];
    private readonly Dictionary<int, WinogradGeometry> _tiles = [];

    /// <summary>Lays out a network.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="lanes">Floats in one vector.</param>
    public ScratchLayout(Architecture architecture, int lanes)
    {
        _architecture = architecture;
        int count = architecture.Layers.Length;
        _readers = [.. Enumerable.Range(0, count + 1).Select(_ => new List<int>())];
        for (int i = 0; i < count; i++)
        {
            foreach (int input in architecture.Layers[i].Inputs) _readers[input + 1].Add(i);
        }

        for (int i = 0; i < count; i++)
        {
            if (architecture.Layers[i] is Convolution layer && WinogradRule.Choose(layer, lanes, PoolBehind(i) >= 0) is { } tiles) _tiles[i] = tiles;
        }

        for (int i = Layer.NetworkInput; i < count; i++)
        {
            if (i == Layer.NetworkInput || !IsJoined(i)) Place(i);
        }
    }

    /// <summary>Floats in all.</summary>
    public int Length { get; private set; }

    /// <summary>The tiles of a convolution, or null where it is done directly.</summary>
    public WinogradGeometry? TilesOf(int position) => _tiles.GetValueOrDefault(position);

    /// <summary>Whether a layer is done by the step of the layer it reads.</summary>
    public bool IsJoined(int position) => IsJoinedActivation(position) || IsJoinedPool(position) || IsJoinedAdd(position);

    /// <summary>Whether a convolution's step also does the max pool behind it.</summary>
    public bool Pools(int position) => _tiles.ContainsKey(position) && PoolBehind(position) >= 0;

    /// <summary>The layer that a convolution's step adds to its own output, or null where none is.</summary>
    public int? AddendOf(int position)
    {
        int add = AddBehind(position);
        return add < 0 ? null : OtherInput(add, position);
    }

    /// <summary>The place of a layer's output, behind what is joined to it.</summary>
    public Region RegionOf(int position)
    {
        if (position == Layer.NetworkInput || !IsJoined(position)) return _regions[position];
        ImmutableArray<int> inputs = _architecture.Layers[position].Inputs;
        return RegionOf(IsJoinedAdd(position) ? inputs.Max() : inputs[0]);
    }

    /// <summary>The bounds of a layer's own activation, or of the one joined to it.</summary>
    public Clamp ClampOf(int position)
    {
        Layer layer = _architecture.Layers[position];
        if (layer is not (Relu or Clip))
        {
            int joined = ActivationBehind(AddBehind(position) is >= 0 and int add ? add : position);
            if (joined < 0) return Clamp.None;
            layer = _architecture.Layers[joined];
        }

        return layer is Clip clip ? new Clamp(clip.Minimum, clip.Maximum) : Clamp.Relu;
    }

    private bool IsJoinedActivation(int position)
    {
        Layer layer = _architecture.Layers[position];
        int input = layer.Inputs[0];
        if (input == Layer.NetworkInput || _readers[input + 1].Count > 1) return false;
        return layer is Relu or Clip && _architecture.Layers[input] is (Convolution or FullyConnected or Add);
    }

    private bool IsJoinedPool(int position)
    {
        int input = _architecture.Layers[position].Inputs[0];
        if (input != Layer.NetworkInput && IsJoinedActivation(input)) input = _architecture.Layers[input].Inputs[0];
        return input != Layer.NetworkInput && Pools(input) && PoolBehind(input) == position;
    }

    private bool IsJoinedAdd(int position)
    {
        Layer layer = _architecture.Layers[position];
        return layer is Add && layer.Inputs.Max() is >= 0 and int later && AddBehind(later) == position;
    }

    // A sum of a convolution done as tiles, which nobody else reads, and a layer before it.
    private int AddBehind(int position)
    {
        if (position == Layer.NetworkInput || !_tiles.ContainsKey(position)) return -1;
        return _readers[position + 1] is [int reader] && _architecture.Layers[reader] is Add && OtherInput(reader, position) < position ? reader : -1;
    }

    private int OtherInput(int add, int position)
    {
        ImmutableArray<int> inputs = _architecture.Layers[add].Inputs;
        return inputs[0] == position ? inputs[1] : inputs[0];
    }

    private int ActivationBehind(int position) =>
        _readers[position + 1] is [int reader] && IsJoinedActivation(reader) ? reader : -1;

    // A max pool of 2×2 with windows from the first row and column on, the only reader of a layer or of the activation joined to it.
    private int PoolBehind(int position)
    {
        int last = ActivationBehind(position) is >= 0 and int activation ? activation : position;
        return _readers[last + 1] is [int reader] && _architecture.Layers[reader] is MaxPool { Padding: { Top: 0, Left: 0 } } pool && pool.Window == Window.Square(2, 2)
            ? reader
            : -1;
    }

    // The layer whose output lies in the place of this one's: itself, or the last of the pool, sum and activation joined to it.
    private int LastOf(int position)
    {
        if (position == Layer.NetworkInput) return position;
        if (Pools(position)) return PoolBehind(position);
        if (AddBehind(position) is >= 0 and int add) position = add;
        return ActivationBehind(position) is >= 0 and int joined ? joined : position;
    }

    private Padding BorderFor(int reader)
    {
        if (_tiles.TryGetValue(reader, out WinogradGeometry? tiles)) return tiles.Border;
        return _architecture.Layers[reader] is Convolution { Padding: Padding padding } ? padding : default;
    }

    private void Place(int position)
    {
        int last = LastOf(position);
        TensorShape shape = _architecture.ShapeOf(last);
        int top = 0, left = 0, bottom = 0, right = 0;
        foreach (int reader in _readers[last + 1])
        {
            Padding padding = BorderFor(reader);
            top = Math.Max(top, padding.Top);
            left = Math.Max(left, padding.Left);
            bottom = Math.Max(bottom, padding.Bottom);
            right = Math.Max(right, padding.Right);
        }

        long rowStride = (long)(left + shape.Width + right) * shape.Channels;
        long length = rowStride * (top + shape.Height + bottom);
        if (Length + length > MaxLength)
        {
            throw new ModelFormatException(
                $"model '{_architecture.Name}' needs more than {MaxLength * sizeof(float) >> 20} MiB of memory for one image, at layer '{(position < 0 ? "input" : _architecture.Layers[position].Name)}'");
        }

        _regions[position] = new Region((int)(Length + (top * rowStride) + ((long)left * shape.Channels)), (int)rowStride, shape);

        // Each place starts on a cache line.
        Length = (int)((Length + length + 15) & ~15L);
    }
}
