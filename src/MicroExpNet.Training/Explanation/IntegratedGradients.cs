using MicroExpNet.Architectures;
using MicroExpNet.Imaging;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;
using MicroExpNet.Training.Layers;

namespace MicroExpNet.Training.Explanation;

/// <summary>
/// Which pixels of a face speak for a class, by integrated gradients (Sundararajan, Taly and Yan, "Axiomatic Attribution for Deep
/// Networks", 2017): each pixel's difference from the blurred face, times the mean gradient of the log-odds on the straight way from there.
/// The values add up to the difference of the log-odds between the face and the blurred face.
/// </summary>
internal sealed unsafe class IntegratedGradients
{
    private const int Steps = 64;

    // The blurred face keeps its shading, and an even area stays as it is.
    private const double BlurShare = 0.1;

    private readonly Model _model;
    private readonly TrainingNetwork<float> _network;
    private readonly AlignedMemory<float> _parameters;
    private readonly AlignedMemory<float> _gradient;

    /// <summary>Prepares a model.</summary>
    /// <param name="model">The model; one of 8 bits is computed in floats.</param>
    /// <exception cref="ArgumentException">A layer cannot be trained, so has no gradient here; or the model has fewer than two
    /// classes.</exception>
    public IntegratedGradients(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Architecture.Output.Length < 2) throw new ArgumentException("a model of one class has no log-odds", nameof(model));
        _model = model;
        _network = new TrainingNetwork<float>(model.Architecture, model.Card.MirrorMean ? 2 * Steps : Steps, hasInputGradient: true);
        _parameters = new AlignedMemory<float>(_network.ParameterCount);
        _gradient = new AlignedMemory<float>(_network.ParameterCount);
        ModelParameters.Load(_network, model, _parameters.Span, withLast: true);
    }

    /// <summary>The face from which the gradients are integrated: each pixel the mean of a square around it, inside the crop.</summary>
    /// <param name="crop">The crop, <c>[height, width, channels]</c>, unscaled.</param>
    /// <param name="input">Its shape.</param>
    /// <returns>The blurred crop, unscaled.</returns>
    public static float[] Blur(ReadOnlySpan<byte> crop, TensorShape input)
    {
        int radius = Math.Max(1, (int)Math.Round(Math.Min(input.Height, input.Width) * BlurShare));
        float[] blurred = new float[crop.Length];
        for (int y = 0; y < input.Height; y++)
        {
            int top = Math.Max(0, y - radius), bottom = Math.Min(input.Height - 1, y + radius);
            for (int x = 0; x < input.Width; x++)
            {
                int left = Math.Max(0, x - radius), right = Math.Min(input.Width - 1, x + radius);
                for (int channel = 0; channel < input.Channels; channel++)
                {
                    int sum = 0;
                    for (int i = top; i <= bottom; i++)
                    {
                        for (int j = left; j <= right; j++) sum += crop[(((i * input.Width) + j) * input.Channels) + channel];
                    }

                    blurred[(((y * input.Width) + x) * input.Channels) + channel] =
                        (float)sum / ((bottom - top + 1) * (right - left + 1));
                }
            }
        }

        return blurred;
    }

    /// <summary>Attributes the log-odds of a class to the pixels.</summary>
    /// <param name="crop">The crop, <c>[height, width, channels]</c>, unscaled.</param>
    /// <param name="index">The class.</param>
    /// <returns>For each pixel, the sum over its channels, <c>[height, width]</c>; 0 where the square around it is even.</returns>
    public float[] Compute(ReadOnlySpan<byte> crop, int index)
    {
        TensorShape input = _model.Architecture.Input;
        (float scale, float offset) = (_model.Card.PixelScale, _model.Card.PixelOffset);
        if (_model.Card.Leveling is float leveling and not 0) (scale, offset) = CropLeveling.Apply(crop, leveling, scale, offset);
        float[] blurred = Blur(crop, input);
        bool isMirrored = _model.Card.MirrorMean;
        for (int step = 0; step < Steps; step++)
        {
            float share = (step + 0.5f) / Steps;
            Load(crop, blurred, share, scale, offset, step, isMirrored: false);
            if (isMirrored) Load(crop, blurred, share, scale, offset, Steps + step, isMirrored: true);
        }

        Pass pass = new(_network.Images, Seed: 0, Training: false);
        _network.Forward(pass, _parameters.Pointer);
        WriteLogitGradients(index, isMirrored);
        _network.Backward(pass, _parameters.Pointer, _gradient.Pointer);

        double[] sums = new double[crop.Length];
        for (int step = 0; step < Steps; step++)
        {
            Add(step, isMirrored: false, sums);
            if (isMirrored) Add(Steps + step, isMirrored: true, sums);
        }

        float[] map = new float[input.Height * input.Width];
        for (int i = 0; i < crop.Length; i++)
        {
            map[i / input.Channels] += (float)(sums[i] / Steps * scale * (crop[i] - blurred[i]));
        }

        return map;
    }

    private void Load(
        ReadOnlySpan<byte> crop, float[] blurred, float share, float scale, float offset, int image, bool isMirrored)
    {
        TensorShape input = _model.Architecture.Input;
        for (int y = 0; y < input.Height; y++)
        {
            Span<float> row = _network.Input.ValuesOf(new TensorRow(image, y));
            for (int i = 0; i < row.Length; i++)
            {
                int from = (y * row.Length) + (isMirrored ? Mirror(i) : i);
                row[i] = ((blurred[from] + (share * (crop[from] - blurred[from]))) * scale) + offset;
            }
        }
    }

    // The recogniser takes the mean of the logits of both mirror images.
    private void WriteLogitGradients(int index, bool isMirrored)
    {
        Tensor<float> logits = _network.Logits;
        float[] mean = new float[logits.Shape.Length], gradient = new float[logits.Shape.Length];
        for (int step = 0; step < Steps; step++)
        {
            Span<float> own = new(logits.Values + (step * logits.ImageStride), mean.Length);
            own.CopyTo(mean);
            if (isMirrored)
            {
                Span<float> other = new(logits.Values + ((Steps + step) * logits.ImageStride), mean.Length);
                for (int i = 0; i < mean.Length; i++) mean[i] = (own[i] + other[i]) / 2;
            }

            LogOdds.Gradient(mean, index, gradient);
            for (int i = 0; i < gradient.Length; i++)
            {
                float one = isMirrored ? gradient[i] / 2 : gradient[i];
                logits.Gradient[(step * logits.ImageStride) + i] = one;
                if (isMirrored) logits.Gradient[((Steps + step) * logits.ImageStride) + i] = one;
            }
        }
    }

    private void Add(int image, bool isMirrored, double[] sums)
    {
        TensorShape input = _model.Architecture.Input;
        for (int y = 0; y < input.Height; y++)
        {
            Span<float> row = _network.Input.GradientOf(new TensorRow(image, y));
            for (int i = 0; i < row.Length; i++) sums[(y * row.Length) + (isMirrored ? Mirror(i) : i)] += row[i];
        }
    }

    // The place of a value in a mirrored row.
    private int Mirror(int i)
    {
        TensorShape input = _model.Architecture.Input;
        return ((input.Width - 1 - (i / input.Channels)) * input.Channels) + (i % input.Channels);
    }
}
