using System.Collections.Immutable;
using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Training.Quantization;

/// <summary>
/// Makes an 8-bit model of a float one: values between layers by the range that sample images show, weights by a step for each output
/// channel; then each layer's biases take off the mean error that is left (Nagel et al., 2019, section 4.2).
/// </summary>
public sealed class ModelQuantizer
{
    private const int Levels = 255;

    // Steps tried between a share of the whole range and all of it.
    private const int Tries = 50;
    private const double LeastShare = 0.5;

    private readonly Model _model;
    private readonly byte[] _images;
    private readonly int _count;

    /// <summary>Takes a model and sample images.</summary>
    /// <param name="model">A float model.</param>
    /// <param name="images">Images as the model will see them, 0 to 255, <c>[count, height, width, channels]</c>.</param>
    /// <exception cref="ArgumentException">The model is quantised already, there is no image, or the last is cut short.</exception>
    public ModelQuantizer(Model model, ReadOnlySpan<byte> images)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Quantization is not null)
        {
            throw new ArgumentException("the model computes in 8 bits already; expected a float model", nameof(model));
        }
        int length = model.Architecture.Input.Length;
        if (images.Length == 0 || images.Length % length != 0)
        {
            throw new ArgumentException($"{images.Length} bytes of images of {length}; expected one whole image or more", nameof(images));
        }
        _model = WithWholeZeroPoint(model);
        _images = images.ToArray();
        _count = images.Length / length;
    }

    /// <summary>Makes the 8-bit model.</summary>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public Model Quantize(CancellationToken cancellation = default)
    {
        Architecture architecture = _model.Architecture;
        LayerReaders readers = new(architecture);
        TensorQuantization? input = InputQuantization();
        var outputs = new TensorQuantization?[architecture.Layers.Length];
        var weightScales = new ImmutableArray<float>[architecture.Layers.Length];
        LayerParameters?[] parameters = [.. _model.Parameters];
        for (int i = 0; i < outputs.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Layer layer = architecture.Layers[i];
            weightScales[i] = [];
            if (parameters[i] is { } own)
            {
                (parameters[i], weightScales[i]) = new WeightQuantizer(
                    layer, own.Weights, TapMoments.Of(layer, LayerOutputs(_model, layer.Inputs[0]))).Quantize(own.Biases);
            }
            if (!BecomesBytes(architecture, readers, i)) continue;
            TensorQuantization? before = layer.Inputs[0] == Layer.NetworkInput ? input : outputs[layer.Inputs[0]];
            outputs[i] = layer is MaxPool or Flatten && before is not null ? before : RangeOf(LayerOutputs(_model, i));
        }

        ModelQuantization quantization = new(input, outputs, weightScales);
        for (int i = 0; i < outputs.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (parameters[i] is { } own)
            {
                parameters[i] = new LayerParameters(
                    own.Weights, CorrectedBiases(i, own, new Model(architecture, parameters, _model.Card, quantization)));
            }
        }

        return new Model(architecture, parameters, _model.Card, quantization);
    }

    // What comes before an activation, a sum or the end stays as exact as it was computed.
    private static bool BecomesBytes(Architecture architecture, LayerReaders readers, int position)
    {
        if (LeadsToEnd(architecture, readers, position)) return false;
        Layer[] next = [.. readers[position].Select(reader => architecture.Layers[reader])];
        return architecture.Layers[position] switch
        {
            Convolution or FullyConnected => next is not [Relu or Clip or PointwiseLayer or Add],
            Add => next is not [Relu or Clip or PointwiseLayer],
            _ => true,
        };
    }

    // Whether nothing that computes with weights or sums comes behind.
    private static bool LeadsToEnd(Architecture architecture, LayerReaders readers, int position) =>
        readers[position].All(reader => architecture.Layers[reader] is Softmax or LogSoftmax or Flatten && LeadsToEnd(architecture, readers, reader));

    // A grey value is its own number: then rows of pixels are the network's input as they are.
    private TensorQuantization InputQuantization()
    {
        ModelCard card = _model.Card;
        double zero = -card.PixelOffset / card.PixelScale;
        if (card.PixelScale > 0 && zero is >= 0 and <= 255 && Math.Abs(zero - Math.Round(zero)) < 1e-6)
        {
            return new TensorQuantization(card.PixelScale, (byte)Math.Round(zero));
        }
        float least = Math.Min(card.PixelOffset, card.PixelOffset + (255 * card.PixelScale)),
            greatest = Math.Max(card.PixelOffset, card.PixelOffset + (255 * card.PixelScale));
        return Over(Math.Min(least, 0), Math.Max(greatest, 0));
    }

    // Pixels around a middle between two grey values are moved by the half, and the biases of the layers that read them make up for it (but
    // for the padding, which stays 0).
    private static Model WithWholeZeroPoint(Model model)
    {
        ModelCard card = model.Card;
        double zero = -card.PixelOffset / (double)card.PixelScale;
        Architecture architecture = model.Architecture;
        int[] reading = [
            .. Enumerable.Range(0, architecture.Layers.Length).Where(i => architecture.Layers[i].Inputs.Contains(Layer.NetworkInput))];
        if (!(card.PixelScale > 0) || zero is not (>= 0 and <= 255) || zero == Math.Round(zero)
            || reading.Any(i => model.Parameters[i] is null)) return model;
        float offset = (float)(-Math.Floor(zero) * card.PixelScale);
        double moved = (double)card.PixelOffset - offset;
        LayerParameters?[] parameters = [.. model.Parameters];
        foreach (int i in reading)
        {
            LayerParameters own = parameters[i]!;
            double[] sums = new double[own.Biases.Length];
            for (int j = 0; j < own.Weights.Length; j++) sums[j % sums.Length] += own.Weights[j];
            parameters[i] = new LayerParameters(own.Weights, [.. own.Biases.Select((bias, j) => (float)(bias + (moved * sums[j])))]);
        }

        return new Model(architecture, parameters, card with { PixelOffset = offset });
    }

    private static TensorQuantization RangeOf(LayerOutputs outputs)
    {
        ValueHistogram histogram = new(outputs);
        TensorQuantization best = Over(Math.Min(histogram.Minimum, 0), Math.Max(histogram.Maximum, 0));
        double leastError = histogram.SquareError(best);
        for (int attempt = 1; attempt <= Tries; attempt++)
        {
            float share = (float)(1 - ((1 - LeastShare) * attempt / Tries));
            TensorQuantization narrower = Over(Math.Min(histogram.Minimum, 0) * share, Math.Max(histogram.Maximum, 0) * share);
            double error = histogram.SquareError(narrower);
            if (error >= leastError) continue;
            leastError = error;
            best = narrower;
        }

        return best;
    }

    private static TensorQuantization Over(float minimum, float maximum)
    {
        float scale = (maximum - minimum) / Levels;
        return scale > 0
            ? new TensorQuantization(scale, (byte)Math.Clamp(MathF.Round(-minimum / scale), 0, Levels))
            : new TensorQuantization(1, 0);
    }

    private LayerOutputs LayerOutputs(Model model, int position) => new(model, position, _images, _count);

    private float[] CorrectedBiases(int position, LayerParameters own, Model quantized)
    {
        double[] wanted = LayerOutputs(_model, position).ChannelMeans(), had = LayerOutputs(quantized, position).ChannelMeans();
        return [.. own.Biases.Select((bias, i) => (float)(bias + wanted[i] - had[i]))];
    }
}
