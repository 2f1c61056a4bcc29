using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference;

/// <summary>
/// A model compiled for one instruction set: the steps in order, and where in the scratch memory the input goes and the output lies. It
/// never changes; each thread brings scratch memory of its own.
/// </summary>
internal abstract class InferencePlan
{
    private protected InferencePlan(Step[] steps, TensorShape input, int scratchLength)
    {
        Steps = steps;
        InputShape = input;
        ScratchLength = scratchLength;
    }

    /// <summary>Images that one scratch memory takes at once.</summary>
    public const int MaxImages = 12;

    public int ScratchLength { get; }

    /// <summary>The steps that run image by image.</summary>
    private protected Step[] Steps { get; }

    private protected TensorShape InputShape { get; }

    /// <summary>Copies one image to its place, <c>[height, width, channels]</c>.</summary>
    public abstract void LoadInput(ReadOnlySpan<float> image, AlignedMemory<float> scratch);

    /// <summary>Copies one 8-bit image to its place, each value times <paramref name="scale"/> plus <paramref name="offset"/>.</summary>
    public void LoadInput(ReadOnlySpan<byte> image, float scale, float offset, AlignedMemory<float> scratch) =>
        LoadInput(image, InputShape.Height, InputShape.Width, margin: 0, scale, offset, scratch);

    /// <summary>
    /// Copies an 8-bit image that may be smaller than the input: above it and to its left comes a margin of zeros, and as many as there is
    /// room for below it and to its right.
    /// </summary>
    public abstract void LoadInput(ReadOnlySpan<byte> image, int height, int width, int margin, float scale, float offset, AlignedMemory<float> scratch);

    /// <summary>Runs the steps up to the fully connected layers at the end on the image that was loaded.</summary>
    /// <param name="scratch">The scratch memory.</param>
    /// <param name="image">Which of <see cref="MaxImages"/> the image is, in the order of the outputs.</param>
    public abstract void RunImage(AlignedMemory<float> scratch, int image);

    /// <summary>Runs the fully connected layers at the end for all images together and copies the outputs.</summary>
    /// <param name="scratch">The scratch memory.</param>
    /// <param name="images">Images that <see cref="RunImage"/> has run.</param>
    /// <param name="outputs"><c>[image, output]</c>.</param>
    public abstract void RunEnd(AlignedMemory<float> scratch, int images, Span<float> outputs);
}
