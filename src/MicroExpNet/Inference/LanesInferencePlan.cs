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
    private readonly Region[] _filledBorders;
    private readonly Region _imageOutput;
    private readonly NetworkHead<TLanes, TVector> _head;

    /// <summary>Puts a plan together.</summary>
    /// <param name="input">Where an image goes.</param>
    /// <param name="steps">The steps that run image by image.</param>
    /// <param name="filledBorders">Regions whose borders are filled when scratch memory is made.</param>
    /// <param name="imageOutput">Where the last of the steps leaves its output, floats.</param>
    /// <param name="head">The layers after them.</param>
    public LanesInferencePlan(Region input, Step[] steps, Region[] filledBorders, Region imageOutput, NetworkHead<TLanes, TVector> head)
        : base(head.ScratchEnd)
    {
        _input = new InputLoader<TLanes, TVector>(input);
        _steps = steps;
        _filledBorders = filledBorders;
        _imageOutput = imageOutput;
        _head = head;
    }

    private TensorShape InputShape => _input.Input.Shape;

    public override AlignedMemory<float> NewScratch()
    {
        AlignedMemory<float> scratch = new(ScratchLength);
        foreach (Region region in _filledBorders) region.FillBorder(scratch.Pointer);
        return scratch;
    }

    public override void LoadInput(ReadOnlySpan<float> image, AlignedMemory<float> scratch) => _input.Load(image, scratch);

    public override void LoadInput(ReadOnlySpan<byte> image, float scale, float offset, AlignedMemory<float> scratch) =>
        _input.Load(image, InputShape.Height, InputShape.Width, margin: 0, scale, offset, scratch);

    public override void LoadInput(
        ReadOnlySpan<byte> image, int height, int width, int margin, float scale, float offset, AlignedMemory<float> scratch) =>
        _input.Load(image, height, width, margin, scale, offset, scratch);

    public override void RunImage(AlignedMemory<float> scratch, int image)
    {
        foreach (Step step in _steps) step.Run(scratch.Pointer);
        scratch.Span.Slice(_imageOutput.Offset, _imageOutput.Shape.Length).CopyTo(_head.Input(scratch, image));
        GC.KeepAlive(this);
    }

    public override void RunHead(AlignedMemory<float> scratch, int images, Span<float> outputs)
    {
        _head.Run(scratch, images, outputs);
        GC.KeepAlive(this);
    }
}
