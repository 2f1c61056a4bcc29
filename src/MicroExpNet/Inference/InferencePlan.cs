namespace MicroExpNet.Inference;

/// <summary>
/// A model compiled for one instruction set: the steps in order, and where in the scratch memory the input goes and the output lies. It
/// never changes; each thread brings scratch memory of its own.
/// </summary>
internal abstract unsafe class InferencePlan
{
    private protected InferencePlan(Step[] steps, Region input, Region output, int scratchLength)
    {
        Steps = steps;
        Input = input;
        Output = output;
        ScratchLength = scratchLength;
    }

    public int ScratchLength { get; }

    private protected Step[] Steps { get; }

    private protected Region Input { get; }

    private protected Region Output { get; }

    /// <summary>Copies one image to its place, <c>[height, width, channels]</c>.</summary>
    public void LoadInput(ReadOnlySpan<float> image, AlignedFloats scratch)
    {
        int length = Input.Shape.Width * Input.Shape.Channels;
        for (int y = 0; y < Input.Shape.Height; y++)
        {
            image.Slice(y * length, length).CopyTo(scratch.Span[(Input.Offset + (y * Input.RowStride))..]);
        }
    }

    /// <summary>Copies one 8-bit image to its place, each value times <paramref name="scale"/> plus <paramref name="offset"/>.</summary>
    public void LoadInput(ReadOnlySpan<byte> image, float scale, float offset, AlignedFloats scratch) =>
        LoadInput(image, Input.Shape.Height, Input.Shape.Width, scale, offset, scratch);

    /// <summary>Copies an 8-bit image that may be smaller than the input; below and to the right of it come zeros, as around the input.</summary>
    public abstract void LoadInput(ReadOnlySpan<byte> image, int height, int width, float scale, float offset, AlignedFloats scratch);

    /// <summary>Runs the steps on the image that was loaded and copies the output.</summary>
    public void Run(AlignedFloats scratch, Span<float> output) => Run(scratch).CopyTo(output);

    /// <summary>Runs the steps on the image that was loaded.</summary>
    /// <returns>The output, <c>[height, width, channels]</c>, in the scratch memory: nobody reads it, so it has no border.</returns>
    public ReadOnlySpan<float> Run(AlignedFloats scratch)
    {
        foreach (Step step in Steps) step.Run(scratch.Pointer);
        GC.KeepAlive(this);
        return scratch.Span.Slice(Output.Offset, Output.Shape.Length);
    }
}
