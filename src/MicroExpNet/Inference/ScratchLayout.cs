using MicroExpNet.Architectures;

namespace MicroExpNet.Inference;

/// <summary>
/// Where each layer's output lies in the scratch memory, and which activations are joined to the layer before them. Every output has a
/// place of its own: borders are written once, when the memory is new, and stay zero.
/// </summary>
internal sealed class ScratchLayout
{
    // 1 GiB: far above what a tiny network needs, far below what a hostile file could ask for.
    private const long MaxLength = 1L << 28;

    private readonly Architecture _architecture;
    private readonly List<int>[] _readers;
    private readonly Dictionary<int, Region> _regions = [];

    public ScratchLayout(Architecture architecture)
    {
        _architecture = architecture;
        int count = architecture.Layers.Length;
        _readers = [.. Enumerable.Range(0, count + 1).Select(_ => new List<int>())];
        for (int i = 0; i < count; i++)
        {
            foreach (int input in architecture.Layers[i].Inputs) _readers[input + 1].Add(i);
        }

        for (int i = Layer.NetworkInput; i < count; i++)
        {
            if (i == Layer.NetworkInput || !IsJoined(i)) Place(i);
        }
    }

    /// <summary>Floats in all.</summary>
    public int Length { get; private set; }

    /// <summary>Whether a layer is done by the step of the layer it reads.</summary>
    public bool IsJoined(int position)
    {
        Layer layer = _architecture.Layers[position];
        int input = layer.Inputs[0];
        if (input == Layer.NetworkInput || _readers[input + 1].Count > 1) return false;
        return layer is Relu or Clip && _architecture.Layers[input] is (Convolution or FullyConnected or Add);
    }

    /// <summary>The place of a layer's output, behind the activation joined to it.</summary>
    public Region RegionOf(int position) =>
        position != Layer.NetworkInput && IsJoined(position) ? RegionOf(_architecture.Layers[position].Inputs[0]) : _regions[position];

    /// <summary>The bounds of a layer's own activation, or of the one joined to it.</summary>
    public Clamp ClampOf(int position)
    {
        Layer layer = _architecture.Layers[position];
        if (layer is not (Relu or Clip))
        {
            int joined = Joined(position);
            if (joined < 0) return Clamp.None;
            layer = _architecture.Layers[joined];
        }

        return layer is Clip clip ? new Clamp(clip.Minimum, clip.Maximum) : Clamp.Relu;
    }

    private int Joined(int position) =>
        _readers[position + 1] is [int reader] && IsJoined(reader) ? reader : -1;

    private void Place(int position)
    {
        int last = position != Layer.NetworkInput && Joined(position) is >= 0 and int joined ? joined : position;
        TensorShape shape = _architecture.ShapeOf(position);
        int top = 0, left = 0, bottom = 0, right = 0;
        foreach (int reader in _readers[last + 1])
        {
            if (_architecture.Layers[reader] is not Convolution { Padding: Padding padding }) continue;
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
