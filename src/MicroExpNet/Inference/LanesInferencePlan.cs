using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference;

/// <summary>The plan of one instruction set, of a network of floats or of bytes.</summary>
internal sealed unsafe class LanesInferencePlan<TLanes, TVector> : InferencePlan
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
{
    private readonly InputLoader<TLanes, TVector> _input;
    private readonly Step[] _steps;
    private readonly Region[]? _filledBorders;
    private readonly Region[] _outputs;
    private readonly Region _imageOutput;
    private readonly NetworkHead<TLanes, TVector> _head;

    /// <summary>Puts a plan together.</summary>
    /// <param name="input">Where an image goes.</param>
    /// <param name="steps">The steps that run image by image.</param>
    /// <param name="filledBorders">Regions whose borders are filled when scratch memory is made; null where regions share memory, so that
    /// borders are filled anew for every image.</param>
    /// <param name="outputs">Where each of the steps leaves its output.</param>
    /// <param name="imageOutput">Where the last of the steps leaves its output, floats.</param>
    /// <param name="head">The layers after them.</param>
    /// <param name="scratchLength">Floats of scratch memory in all.</param>
    public LanesInferencePlan(
        Region input, Step[] steps, Region[]? filledBorders, Region[] outputs, Region imageOutput, NetworkHead<TLanes, TVector> head,
        int scratchLength)
        : base(scratchLength)
    {
        _input = new InputLoader<TLanes, TVector>(input);
        _steps = steps;
        _filledBorders = filledBorders;
        _outputs = outputs;
        _imageOutput = imageOutput;
        _head = head;
    }

    private TensorShape InputShape => _input.Input.Shape;

    public override AlignedMemory<float> NewScratch()
    {
        AlignedMemory<float> scratch = new(ScratchLength);
        foreach (Region region in _filledBorders ?? []) region.FillBorder(scratch.Pointer, slack: 0);
        return scratch;
    }

    public override void LoadInput(ReadOnlySpan<float> image, AlignedMemory<float> scratch)
    {
        FillSharedBorder(_input.Input, scratch);
        _input.Load(image, scratch);
    }

    public override void LoadInput(ReadOnlySpan<byte> image, float scale, float offset, AlignedMemory<float> scratch) =>
        LoadInput(image, InputShape.Height, InputShape.Width, margin: 0, scale, offset, scratch);

    public override void LoadInput(
        ReadOnlySpan<byte> image, int height, int width, int margin, float scale, float offset, AlignedMemory<float> scratch)
    {
        FillSharedBorder(_input.Input, scratch);
        _input.Load(image, height, width, margin, scale, offset, scratch);
    }

    public override void RunImage(AlignedMemory<float> scratch, int image)
    {
        for (int i = 0; i < _steps.Length; i++)
        {
            FillSharedBorder(_outputs[i], scratch);
            _steps[i].Run(scratch.Pointer);
        }

        ImageOutput(scratch).CopyTo(_head.Input(scratch, image));
        GC.KeepAlive(this);
    }

    public override ReadOnlySpan<float> ImageOutput(AlignedMemory<float> scratch) =>
        scratch.Span.Slice(_imageOutput.Offset, _imageOutput.Shape.Length);

    public override void RunHead(AlignedMemory<float> scratch, int images, Span<float> outputs)
    {
        _head.Run(scratch, images, outputs);
        GC.KeepAlive(this);
    }

    private void FillSharedBorder(in Region region, AlignedMemory<float> scratch)
    {
        if (_filledBorders is null) region.FillBorder(scratch.Pointer, MemoryLayout.VectorSlack);
    }
}
