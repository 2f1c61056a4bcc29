using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference;

/// <summary>
/// A model compiled for one instruction set: the steps in order, and where in the scratch memory the input goes and the output lies. It
/// is immutable and serves any number of threads; each of them brings scratch memory of its own.
/// </summary>
internal sealed unsafe class InferencePlan
{
    /// <summary>Images whose outputs fit into one scratch memory.</summary>
    public const int MaxImages = 12;

    private readonly Step[] _steps;
    private readonly Region[]? _filledBorders;
    private readonly Region[] _outputs;
    private readonly Region _imageOutput;
    private readonly NetworkHead _head;

    /// <summary>Puts a plan together.</summary>
    /// <param name="input">What copies an image to where the first step reads it.</param>
    /// <param name="steps">The steps that run image by image.</param>
    /// <param name="filledBorders">Regions whose borders are filled when scratch memory is made; null where regions share memory, so that
    /// borders are filled anew for every image.</param>
    /// <param name="outputs">Where each of the steps leaves its output.</param>
    /// <param name="imageOutput">Where the last of the steps leaves its output, floats.</param>
    /// <param name="head">The layers after them.</param>
    /// <param name="scratchLength">Floats of scratch memory in all.</param>
    public InferencePlan(
        InputLoader input, Step[] steps, Region[]? filledBorders, Region[] outputs, Region imageOutput, NetworkHead head,
        int scratchLength)
    {
        Input = input;
        _steps = steps;
        _filledBorders = filledBorders;
        _outputs = outputs;
        _imageOutput = imageOutput;
        _head = head;
        ScratchLength = scratchLength;
    }

    /// <summary>Copies an image to where the first step reads it.</summary>
    public readonly InputLoader Input;

    /// <summary>Floats of scratch memory that it needs.</summary>
    public readonly int ScratchLength;

    private TensorShape InputShape => Input.Region.Shape;

    /// <summary>Makes scratch memory. One call at a time may use it.</summary>
    public AlignedMemory<float> NewScratch()
    {
        AlignedMemory<float> scratch = new(ScratchLength);
        foreach (Region region in _filledBorders ?? []) region.FillBorder(scratch.Pointer, slack: 0);
        return scratch;
    }

    /// <summary>Copies one image into the scratch memory.</summary>
    /// <param name="image"><c>[height, width, channels]</c>.</param>
    /// <param name="scratch">The scratch memory.</param>
    public void LoadInput(ReadOnlySpan<float> image, AlignedMemory<float> scratch)
    {
        FillSharedBorder(Input.Region, scratch);
        Input.Load(image, scratch);
    }

    /// <summary>Copies one 8-bit image into the scratch memory and scales its values.</summary>
    /// <param name="image"><c>[height, width, channels]</c>.</param>
    /// <param name="scale">What a value is multiplied by.</param>
    /// <param name="offset">What is added to it.</param>
    /// <param name="scratch">The scratch memory.</param>
    public void LoadInput(ReadOnlySpan<byte> image, float scale, float offset, AlignedMemory<float> scratch) =>
        LoadInput(image, InputShape.Height, InputShape.Width, margin: 0, scale, offset, scratch);

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
    public void LoadInput(
        ReadOnlySpan<byte> image, int height, int width, int margin, float scale, float offset, AlignedMemory<float> scratch)
    {
        FillSharedBorder(Input.Region, scratch);
        Input.Load(image, height, width, margin, scale, offset, scratch);
    }

    /// <summary>Runs the layers before the head on the image that was loaded last.</summary>
    /// <param name="scratch">The scratch memory.</param>
    /// <param name="image">The image's index in the outputs of <see cref="RunHead"/>, below <see cref="MaxImages"/>.</param>
    public void RunImage(AlignedMemory<float> scratch, int image)
    {
        for (int i = 0; i < _steps.Length; i++)
        {
            FillSharedBorder(_outputs[i], scratch);
            _steps[i].Run(scratch.Pointer);
        }

        ImageOutput(scratch).CopyTo(_head.Input(scratch, image));
        GC.KeepAlive(this);
    }

    /// <summary>What <see cref="RunImage"/> has computed: the outputs of a network without a head.</summary>
    /// <param name="scratch">The scratch memory.</param>
    public ReadOnlySpan<float> ImageOutput(AlignedMemory<float> scratch) =>
        scratch.Span.Slice(_imageOutput.Offset, _imageOutput.Shape.Length);

    /// <summary>
    /// Runs the head, the fully connected layers at the end of a network of floats, for all images together, and copies the outputs.
    /// </summary>
    /// <param name="scratch">The scratch memory.</param>
    /// <param name="images">Images that <see cref="RunImage"/> has run.</param>
    /// <param name="outputs"><c>[image, output]</c>.</param>
    public void RunHead(AlignedMemory<float> scratch, int images, Span<float> outputs)
    {
        _head.Run(scratch, images, outputs);
        GC.KeepAlive(this);
    }

    private void FillSharedBorder(in Region region, AlignedMemory<float> scratch)
    {
        if (_filledBorders is null) region.FillBorder(scratch.Pointer, MemoryLayout.VectorSlack);
    }
}
