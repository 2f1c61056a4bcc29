using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// Where each layer's output lies in the scratch memory of an 8-bit plan, and which activations and pools are joined to the layer before
/// them. Every output has a place of its own, so that borders are written once.
/// </summary>
internal sealed class EightBitLayout
{
    private const long MaxLength = 1L << 30;

    // Kernels read whole vectors at the end of the last row.
    private const int Behind = 64;

    private readonly Model _model;
    private readonly List<int>[] _readers;
    private readonly Dictionary<int, Place> _places = [];
    private long _bytes;

    /// <summary>Lays out a model.</summary>
    /// <exception cref="ModelFormatException">It needs more memory than a plan may take.</exception>
    public EightBitLayout(Model model)
    {
        _model = model;
        int count = Architecture.Layers.Length;
        _readers = [.. Enumerable.Range(0, count + 1).Select(_ => new List<int>())];
        for (int i = 0; i < count; i++)
        {
            foreach (int input in Architecture.Layers[i].Inputs) _readers[input + 1].Add(i);
        }

        for (int i = Layer.NetworkInput; i < count; i++)
        {
            if (i == Layer.NetworkInput || !IsJoined(i)) Place(i);
        }
    }

    /// <summary>Floats in all.</summary>
    public int Length => (int)((_bytes + Behind + sizeof(float) - 1) / sizeof(float));

    /// <summary>Places whose borders have to be filled.</summary>
    public IEnumerable<Place> FilledBorders => _places.Values.Where(place => place.NeedsFilledBorder);

    private Architecture Architecture => _model.Architecture;

    /// <summary>Whether a layer is done by the step of the layer it reads, or is its output seen in another way.</summary>
    public bool IsJoined(int position) => IsJoinedActivation(position) || IsJoinedPool(position) || IsJoinedFlatten(position);

    /// <summary>Whether a convolution's step also does the max pool behind it.</summary>
    public bool Pools(int position) => PoolBehind(position) >= 0;

    /// <summary>The place of a layer's output, behind what is joined to it.</summary>
    public Place PlaceOf(int position)
    {
        if (position == Layer.NetworkInput || !IsJoined(position)) return _places[position];
        Place place = PlaceOf(Architecture.Layers[position].Inputs[0]);
        return IsJoinedFlatten(position) ? place with { Shape = Architecture.ShapeOf(position), RowStride = Architecture.ShapeOf(position).Length } : place;
    }

    /// <summary>The bounds of a layer's own activation, or of the one joined to it.</summary>
    public Clamp ClampOf(int position)
    {
        Layer layer = Architecture.Layers[position];
        if (layer is not (Relu or Clip))
        {
            int joined = ActivationBehind(position);
            if (joined < 0) return Clamp.None;
            layer = Architecture.Layers[joined];
        }

        return layer is Clip clip ? new Clamp(clip.Minimum, clip.Maximum) : Clamp.Relu;
    }

    // Of a layer whose own output nobody wants as bytes.
    private bool IsJoinedActivation(int position)
    {
        Layer layer = Architecture.Layers[position];
        int input = layer.Inputs[0];
        if (layer is not (Relu or Clip) || input == Layer.NetworkInput || _readers[input + 1].Count > 1 || _model.Quantization![input] is not null) return false;
        return Architecture.Layers[input] is Convolution or FullyConnected or Add;
    }

    private bool IsJoinedPool(int position)
    {
        int input = Architecture.Layers[position].Inputs[0];
        if (input != Layer.NetworkInput && IsJoinedActivation(input)) input = Architecture.Layers[input].Inputs[0];
        return input != Layer.NetworkInput && PoolBehind(input) == position;
    }

    // An image that lies packed is its vector, but none with a border for the next layer.
    private bool IsJoinedFlatten(int position)
    {
        if (Architecture.Layers[position] is not Flatten flatten || flatten.Inputs[0] == Layer.NetworkInput) return false;
        if (_readers[position + 1].Any(reader => Architecture.Layers[reader] is Convolution)) return false;
        int input = flatten.Inputs[0];
        return PlaceOf(input).IsPacked && (_model.Quantization![position] is not { } own || own == _model.Quantization[input]);
    }

    private int ActivationBehind(int position) => _readers[position + 1] is [int reader] && IsJoinedActivation(reader) ? reader : -1;

    // A max pool of 2×2 behind a convolution, that gives the same numbers whether they are rounded before or behind it.
    private int PoolBehind(int position)
    {
        if (Architecture.Layers[position] is not Convolution) return -1;
        int last = ActivationBehind(position) is >= 0 and int activation ? activation : position;
        if (_readers[last + 1] is not [int reader] || Architecture.Layers[reader] is not MaxPool { Padding: { Top: 0, Left: 0 } } pool || pool.Window != Window.Square(2, 2)) return -1;
        return _model.Quantization![last] is null || _model.Quantization[last] == _model.Quantization[reader] ? reader : -1;
    }

    private int LastOf(int position)
    {
        if (position == Layer.NetworkInput) return position;
        if (PoolBehind(position) is >= 0 and int pool) return pool;
        return ActivationBehind(position) is >= 0 and int joined ? joined : position;
    }

    private void Place(int position)
    {
        int last = LastOf(position);
        TensorShape shape = Architecture.ShapeOf(last);
        TensorQuantization? quantization = _model.Quantization![last];
        int top = 0, left = 0, bottom = 0, right = 0;
        foreach (int reader in _readers[last + 1])
        {
            if (Architecture.Layers[reader] is not Convolution { Padding: Padding padding }) continue;
            top = Math.Max(top, padding.Top);
            left = Math.Max(left, padding.Left);
            bottom = Math.Max(bottom, padding.Bottom);
            right = Math.Max(right, padding.Right);
        }

        int size = quantization is null ? sizeof(float) : sizeof(byte);
        long rowStride = (long)(left + shape.Width + right) * shape.Channels, length = rowStride * (top + shape.Height + bottom);
        if (_bytes + (length * size) > MaxLength)
        {
            throw new ModelFormatException(
                $"model '{Architecture.Name}' needs more than {MaxLength >> 20} MiB of memory for one image, at layer '{(position < 0 ? "input" : Architecture.Layers[position].Name)}'");
        }

        int offset = (int)((_bytes / size) + (top * rowStride) + ((long)left * shape.Channels));
        _places[position] = new Place(offset, (int)rowStride, shape, quantization, new Padding(top, left, bottom, right));
        _bytes = (_bytes + (length * size) + 63) & ~63L;
    }
}
