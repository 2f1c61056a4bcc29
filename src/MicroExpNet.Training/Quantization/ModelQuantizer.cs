using MicroExpNet.Architectures;
using MicroExpNet.Imaging;
using MicroExpNet.Models;

namespace MicroExpNet.Training.Quantization;

/// <summary>
/// Makes an 8-bit model of a float one. Sample images determine the scales of the values between layers; weights have one scale for each
/// output channel. Then each layer's biases compensate for the mean error that is left (Nagel et al., 2019, section 4.2).
/// </summary>
public sealed class ModelQuantizer
{
    private const int Levels = 255;

    // Each layer is measured by a run of all layers before it.
    private const int MaxLayers = 1000;

    // Scales tried between that of a share of the whole range and that of all of it.
    private const int Tries = 50;
    private const double MinShare = 0.5;

    private readonly Model _model;
    private readonly byte[] _images;
    private readonly int _count;

    /// <summary>Prepares a model.</summary>
    /// <param name="model">A float model.</param>
    /// <param name="images">Images as the model will see them, 0 to 255, <c>[count, height, width, channels]</c>.</param>
    /// <exception cref="ModelFormatException">The network has more than 1,000 layers.</exception>
    /// <exception cref="ArgumentException">The model is quantised already, there is no image, or the last is cut short.</exception>
    public ModelQuantizer(Model model, ReadOnlySpan<byte> images)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Quantization is not null)
        {
            throw new ArgumentException("the model computes in 8 bits already; expected a float model", nameof(model));
        }
        if (model.Architecture.Layers.Length > MaxLayers)
        {
            throw new ModelFormatException(
                $"{model.Architecture.Layers.Length:N0} layers; a network of at most {MaxLayers:N0} can be made one of 8 bits");
        }

        int length = model.Architecture.Input.Length;
        if (images.Length == 0 || images.Length % length != 0)
        {
            throw new ArgumentException($"{images.Length} bytes of images of {length}; expected one whole image or more", nameof(images));
        }
        _model = WithWholeZeroPoint(model);
        _images = Level(images, length, model.Card.Leveling);
        _count = images.Length / length;
    }

    private static byte[] Level(ReadOnlySpan<byte> images, int length, float leveling)
    {
        byte[] levelled = images.ToArray();
        if (leveling == 0) return levelled;
        for (int first = 0; first < levelled.Length; first += length)
        {
            Span<byte> image = levelled.AsSpan(first, length);
            (float scale, float offset) = CropLeveling.Apply(image, leveling, 1, 0);
            foreach (ref byte pixel in image) pixel = (byte)Math.Clamp(MathF.Round((pixel * scale) + offset), 0, byte.MaxValue);
        }

        return levelled;
    }

    /// <summary>Makes the 8-bit model. Its card is the float model's, but for the scores, which it has none of.</summary>
    /// <param name="progress">Receives the share of the work that is done, 0 to 1, from several threads.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Model Quantize(IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        Architecture architecture = _model.Architecture;
        LayerReaders readers = new(architecture);
        TensorQuantization? input = InputQuantization();
        var outputs = new TensorQuantization?[architecture.Layers.Length];
        var weightScales = new float[architecture.Layers.Length][];
        LayerParameters?[] parameters = [.. _model.Parameters];
        double work = Enumerable.Range(0, outputs.Length).Sum(WorkOf), done = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Layer layer = architecture.Layers[i];
            TensorQuantization? source = layer.Inputs[0] == Layer.NetworkInput ? input : outputs[layer.Inputs[0]];
            weightScales[i] = [];
            if (parameters[i] is { } own)
            {
                double before = done, share = WorkOf(i);
                TapMoments? moments = TapMoments.Of(layer, LayerOutputs(_model, layer.Inputs[0]), cancellationToken);
                (parameters[i], weightScales[i]) = new WeightQuantizer(layer, own.Weights, moments).Quantize(
                    own.Biases, source?.Scale ?? 1, part => progress?.Report(0.9 * (before + (part * share)) / work), cancellationToken);
            }

            done += WorkOf(i);
            if (!BecomesBytes(architecture, readers, i)) continue;
            outputs[i] = layer is MaxPool or Flatten && source is not null ? source : RangeOf(LayerOutputs(_model, i));
        }

        ModelQuantization quantization = new(input, outputs, weightScales);
        for (int i = 0; i < outputs.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(0.9 + (0.1 * i / outputs.Length));
            if (parameters[i] is { } own)
            {
                parameters[i] = new LayerParameters(
                    own.Weights, CorrectedBiases(i, own, new Model(architecture, parameters, _model.Card, quantization)));
            }
        }

        // Its scores are those of the float model.
        return new Model(architecture, parameters, _model.Card with { Scores = null }, quantization);
    }

    // Rounding a layer takes a fixed time and one that grows with the cube of its taps.
    private double WorkOf(int position)
    {
        if (_model.Parameters[position] is not { } own) return 0;
        double taps = (double)own.Weights.Length / Math.Max(1, own.Biases.Length);
        return 1 + Math.Pow(taps / 1000, 3);
    }

    // Values before an activation or the end are not rounded. Those before a sum are, so that other runtimes find integers on both sides of
    // every convolution and sum, and compute in them.
    private static bool BecomesBytes(Architecture architecture, LayerReaders readers, int position)
    {
        if (LeadsToEnd(architecture, readers, position)) return false;
        Layer[] next = [.. readers[position].Select(reader => architecture.Layers[reader])];
        return architecture.Layers[position] switch
        {
            Convolution or FullyConnected => next is not [Relu or Clip or PointwiseLayer],
            Add => next is not [Relu or Clip or PointwiseLayer],
            _ => true,
        };
    }

    // Whether no layer with weights or sums follows.
    private static bool LeadsToEnd(Architecture architecture, LayerReaders readers, int position) =>
        readers[position].All(
            reader => architecture.Layers[reader] is Softmax or LogSoftmax or Flatten && LeadsToEnd(architecture, readers, reader));

    // Where possible a pixel is its own byte: then the network reads rows of pixels as they are.
    private TensorQuantization InputQuantization()
    {
        ModelCard card = _model.Card;
        double zero = -card.PixelOffset / card.PixelScale;
        if (card.PixelScale > 0 && zero is >= 0 and <= 255 && Math.Abs(zero - Math.Round(zero)) < 1e-6)
        {
            return new TensorQuantization(card.PixelScale, (byte)Math.Round(zero));
        }
        float min = Math.Min(card.PixelOffset, card.PixelOffset + (255 * card.PixelScale)),
            max = Math.Max(card.PixelOffset, card.PixelOffset + (255 * card.PixelScale));
        return Over(Math.Min(min, 0), Math.Max(max, 0));
    }

    // Pixels centred between two grey values are shifted by half a value, and the biases of the layers that read them compensate for it
    // (except in the padding, which stays 0).
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
        double minError = histogram.SquareError(best);
        for (int attempt = 1; attempt <= Tries; attempt++)
        {
            float share = (float)(1 - ((1 - MinShare) * attempt / Tries));
            TensorQuantization narrower = Over(Math.Min(histogram.Minimum, 0) * share, Math.Max(histogram.Maximum, 0) * share);
            double error = histogram.SquareError(narrower);
            if (error >= minError) continue;
            minError = error;
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
