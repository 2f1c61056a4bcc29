using System.Collections.Immutable;
using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Training.Quantization;

/// <summary>The outputs of one layer of a model for some images. The model is cut after the layer and run.</summary>
internal sealed class LayerOutputs
{
    private const int Batch = 12;

    private readonly Network? _network;
    private readonly ModelCard _card;
    private readonly byte[] _images;
    private readonly int _count;

    /// <summary>Cuts the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="position">The layer's position, or <see cref="Layer.NetworkInput"/> for the images themselves, scaled as the card
    /// says.</param>
    /// <param name="images">The images, 0 to 255, <c>[count, height, width, channels]</c>.</param>
    /// <param name="count">Number of images.</param>
    public LayerOutputs(Model model, int position, byte[] images, int count)
    {
        Architecture whole = model.Architecture;
        _images = images;
        _count = count;
        _card = model.Card;
        Shape = whole.ShapeOf(position);
        if (position == Layer.NetworkInput) return;
        ImmutableArray<Layer> layers = whole.Layers[..(position + 1)];
        Architecture cut = new(whole.Name, whole.Input, layers, Enumerable.Range(0, layers[^1].OutputShape.Length).Select(i => $"{i}"));
        ModelQuantization? quantization = model.Quantization is not { } own ? null : new ModelQuantization(
            own[Layer.NetworkInput],
            [.. Enumerable.Range(0, position + 1).Select(i => i == position ? null : own[i])],
            [.. Enumerable.Range(0, position + 1).Select(own.WeightScales)]);
        _network = new Network(new Model(cut, model.Parameters.Take(position + 1), model.Card, quantization));
    }

    /// <summary>The shape of the outputs for one image.</summary>
    public TensorShape Shape { get; }

    /// <summary>Computes the outputs of a few images at a time, <c>[images, height, width, channels]</c>.</summary>
    /// <param name="use">Receives them; the span is valid during the call.</param>
    public void ForEach(Action<ReadOnlySpan<float>> use)
    {
        int length = _images.Length / _count;
        float[] outputs = new float[Batch * Shape.Length];
        for (int first = 0; first < _count; first += Batch)
        {
            int images = Math.Min(Batch, _count - first);
            ReadOnlySpan<byte> pixels = _images.AsSpan(first * length, images * length);
            if (_network is not null) _network.Run(pixels, images, outputs);
            else for (int i = 0; i < pixels.Length; i++) outputs[i] = (pixels[i] * _card.PixelScale) + _card.PixelOffset;
            use(outputs.AsSpan(0, images * Shape.Length));
        }
    }

    /// <summary>The mean of each channel, over all images and pixels.</summary>
    public double[] ChannelMeans()
    {
        double[] sums = new double[Shape.Channels];
        ForEach(values =>
        {
            for (int i = 0; i < values.Length; i++) sums[i % sums.Length] += values[i];
        });
        long places = (long)_count * Shape.Length / Shape.Channels;
        return [.. sums.Select(sum => sum / places)];
    }
}
