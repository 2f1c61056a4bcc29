using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Inference;

/// <summary>
/// A model compiled for one instruction set: the steps in order, and where in the scratch memory the input goes and the output lies. It
/// is immutable and serves any number of threads; each of them brings scratch memory of its own.
/// </summary>
/// <param name="scratchLength">Floats of scratch memory that it needs.</param>
internal abstract class InferencePlan(int scratchLength)
{
    /// <summary>Images whose outputs fit into one scratch memory.</summary>
    public const int MaxImages = 12;

    /// <summary>Floats of scratch memory that it needs.</summary>
    public readonly int ScratchLength = scratchLength;

    /// <summary>Makes scratch memory. One call at a time may use it.</summary>
    public abstract AlignedMemory<float> NewScratch();

    /// <summary>Copies one image into the scratch memory.</summary>
    /// <param name="image"><c>[height, width, channels]</c>.</param>
    /// <param name="scratch">The scratch memory.</param>
    public abstract void LoadInput(ReadOnlySpan<float> image, AlignedMemory<float> scratch);

    /// <summary>Copies one 8-bit image into the scratch memory and scales its values.</summary>
    /// <param name="image"><c>[height, width, channels]</c>.</param>
    /// <param name="scale">What a value is multiplied by.</param>
    /// <param name="offset">What is added to it.</param>
    /// <param name="scratch">The scratch memory.</param>
    public abstract void LoadInput(ReadOnlySpan<byte> image, float scale, float offset, AlignedMemory<float> scratch);

    /// <summary>
    /// Copies an 8-bit image that may be smaller than the input: a margin of zeros is left above it and to its left, and what remains of
    /// the input below it and to its right is zeros too.
    /// </summary>
    /// <param name="image"><c>[height, width, channels]</c>.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="margin">Rows above and columns to the left.</param>
    /// <param name="scale">What a value is multiplied by.</param>
    /// <param name="offset">What is added to it.</param>
    /// <param name="scratch">The scratch memory.</param>
    public abstract void LoadInput(
        ReadOnlySpan<byte> image, int height, int width, int margin, float scale, float offset, AlignedMemory<float> scratch);

    /// <summary>Runs the layers before the head on the image that was loaded last.</summary>
    /// <param name="scratch">The scratch memory.</param>
    /// <param name="image">The image's index in the outputs of <see cref="RunHead"/>, below <see cref="MaxImages"/>.</param>
    public abstract void RunImage(AlignedMemory<float> scratch, int image);

    /// <summary>What <see cref="RunImage"/> has computed: the outputs of a network without a head.</summary>
    /// <param name="scratch">The scratch memory.</param>
    public abstract ReadOnlySpan<float> ImageOutput(AlignedMemory<float> scratch);

    /// <summary>
    /// Runs the head, the fully connected layers at the end of a network of floats, for all images together, and copies the outputs.
    /// </summary>
    /// <param name="scratch">The scratch memory.</param>
    /// <param name="images">Images that <see cref="RunImage"/> has run.</param>
    /// <param name="outputs"><c>[image, output]</c>.</param>
    public abstract void RunHead(AlignedMemory<float> scratch, int images, Span<float> outputs);
}
