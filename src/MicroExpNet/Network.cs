using System.Buffers;
using System.Runtime.InteropServices;
using MicroExpNet.Imaging;
using MicroExpNet.Inference;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;

namespace MicroExpNet;

/// <summary>
/// A model compiled for this processor: pixels in, logits out. An instance can be used by any number of threads at once. After each of them
/// has called it once, nothing is allocated.
/// </summary>
public sealed class Network
{
    private readonly InferencePlan _plan;
    private readonly ScratchPool _scratch;
    private readonly int _inputLength;

    /// <summary>Compiles a model for the best instruction set of this processor.</summary>
    /// <param name="model">The model; it is not changed and may be shared.</param>
    /// <param name="options">Which networks it accepts; the defaults if absent.</param>
    /// <exception cref="ModelFormatException">
    /// The model needs more than 1 GiB of memory, weights included, or more operations than <paramref name="options"/> allow.
    /// </exception>
    public Network(Model model, InferenceOptions? options = null)
        : this(model, KernelTarget.Best, options)
    {
    }

    internal Network(Model model, KernelTarget target, InferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        OperationCount.Check(model.Architecture, (options ?? new InferenceOptions()).MaxOperations);
        Model = model;
        _inputLength = model.Architecture.Input.Length;
        _plan = PlanCompiler.Compile(model, target);
        _scratch = new ScratchPool();
    }

    /// <summary>
    /// The instruction set that networks are compiled for on this processor: <c>AVX-512</c>, <c>AVX2</c>, <c>AdvSIMD</c>, <c>128-bit
    /// vectors</c>, or <c>no vectors</c>.
    /// </summary>
    public static string InstructionSet => KernelTarget.Best.Name;

    /// <summary>The model it runs.</summary>
    public Model Model { get; }

    private int Outputs => Model.Architecture.Output.Length;

    /// <summary>Reads an ONNX file and compiles it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Which networks it accepts; the defaults if absent.</param>
    /// <exception cref="ModelFormatException">The file is not a model this library can run; the message says why.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Network Load(string path, InferenceOptions? options = null) => new(Model.Load(path), options);

    /// <summary>Reads an ONNX model from a stream and compiles it.</summary>
    /// <param name="stream">The stream, read to its end and left open.</param>
    /// <param name="options">Which networks it accepts; the defaults if absent.</param>
    /// <exception cref="ModelFormatException">The stream does not hold a model this library can run.</exception>
    public static Network Load(Stream stream, InferenceOptions? options = null) => new(Model.Load(stream), options);

    /// <summary>Computes the logits of a batch of images.</summary>
    /// <param name="input"><c>[batch, height, width, channels]</c>, scaled as the model's card says.</param>
    /// <param name="batch">Number of images, 0 or more.</param>
    /// <param name="logits"><c>[batch, classes]</c>, of a fully convolutional model <c>[batch, rows, columns, classes]</c>; longer
    /// is allowed, and the rest stays as it is.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the batch.</exception>
    public void Run(ReadOnlySpan<float> input, int batch, Span<float> logits)
    {
        CheckLengths(input.Length, batch, logits.Length, nameof(input));
        AlignedMemory<float> scratch = _scratch.Rent(_plan);
        for (int first = 0; first < batch; first += InferencePlan.MaxImages)
        {
            int end = Math.Min(first + InferencePlan.MaxImages, batch);
            for (int i = first; i < end; i++)
            {
                _plan.LoadInput(input.Slice(i * _inputLength, _inputLength), scratch);
                _plan.RunImage(scratch, i - first);
            }

            _plan.RunHead(scratch, end - first, logits.Slice(first * Outputs, (end - first) * Outputs));
        }

        _scratch.Return(scratch);
    }

    /// <summary>Computes the logits of 8-bit images, scaled as the model's card says.</summary>
    /// <param name="images"><c>[batch, height, width, channels]</c>, unscaled.</param>
    /// <param name="batch">Number of images, 0 or more.</param>
    /// <param name="logits"><c>[batch, classes]</c>, of a fully convolutional model <c>[batch, rows, columns, classes]</c>; longer
    /// is allowed, and the rest stays as it is.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the batch.</exception>
    public void Run(ReadOnlySpan<byte> images, int batch, Span<float> logits) => Run(images, batch, leveling: 0, logits);

    /// <summary>Computes the logits of crops of faces as the model's card says: levelled, and the mean of both mirror images.</summary>
    /// <param name="crops"><c>[batch, height, width, channels]</c>, unscaled.</param>
    /// <param name="batch">Number of crops, 0 or more.</param>
    /// <param name="logits"><c>[batch, classes]</c>.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the batch.</exception>
    internal void RunFaces(ReadOnlySpan<byte> crops, int batch, Span<float> logits)
    {
        RunView(crops, batch, isMirrored: false, logits);
        if (!Model.Card.MirrorMean) return;
        int[] rented = ArrayPool<int>.Shared.Rent(batch * Outputs);
        Span<float> others = MemoryMarshal.Cast<int, float>(rented.AsSpan(0, batch * Outputs));
        RunView(crops, batch, isMirrored: true, others);
        for (int i = 0; i < others.Length; i++) logits[i] = (logits[i] + others[i]) / 2;
        ArrayPool<int>.Shared.Return(rented);
    }

    /// <summary>Computes the logits of crops of faces, or of their mirror images alone; levelled as the model's card says.</summary>
    /// <param name="crops"><c>[batch, height, width, channels]</c>, unscaled.</param>
    /// <param name="batch">Number of crops, 0 or more.</param>
    /// <param name="isMirrored">Whether left and right are swapped first.</param>
    /// <param name="logits"><c>[batch, classes]</c>.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the batch.</exception>
    internal void RunView(ReadOnlySpan<byte> crops, int batch, bool isMirrored, Span<float> logits)
    {
        if (!isMirrored)
        {
            Run(crops, batch, Model.Card.Leveling, logits);
            return;
        }

        byte[] mirrored = ArrayPool<byte>.Shared.Rent(crops.Length);
        MirrorImage.Fill(crops, Model.Architecture.Input.Width, Model.Architecture.Input.Channels, mirrored);
        Run(mirrored.AsSpan(0, crops.Length), batch, Model.Card.Leveling, logits);
        ArrayPool<byte>.Shared.Return(mirrored);
    }

    private void Run(ReadOnlySpan<byte> images, int batch, float leveling, Span<float> logits)
    {
        CheckLengths(images.Length, batch, logits.Length, nameof(images));
        AlignedMemory<float> scratch = _scratch.Rent(_plan);
        for (int first = 0; first < batch; first += InferencePlan.MaxImages)
        {
            int end = Math.Min(first + InferencePlan.MaxImages, batch);
            for (int i = first; i < end; i++)
            {
                ReadOnlySpan<byte> image = images.Slice(i * _inputLength, _inputLength);
                (float scale, float offset) = (Model.Card.PixelScale, Model.Card.PixelOffset);
                if (leveling != 0) (scale, offset) = CropLeveling.Apply(image, leveling, scale, offset);
                _plan.LoadInput(image, scale, offset, scratch);
                _plan.RunImage(scratch, i - first);
            }

            _plan.RunHead(scratch, end - first, logits.Slice(first * Outputs, (end - first) * Outputs));
        }

        _scratch.Return(scratch);
    }

    private void CheckLengths(int input, int batch, int logits, string inputName)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        if (input != (long)batch * _inputLength)
        {
            throw new ArgumentException(
                $"{input} values for {batch} images of {Model.Architecture.Input}; expected {(long)batch * _inputLength}", inputName);
        }

        if (logits < (long)batch * Outputs)
        {
            throw new ArgumentException(
                $"room for {logits} logits; {batch} images of {Model.Architecture.Output} outputs need {(long)batch * Outputs}",
                nameof(logits));
        }
    }
}
