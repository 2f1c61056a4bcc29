using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference;

/// <summary>The plan of one instruction set.</summary>
internal sealed unsafe class LanesInferencePlan<TLanes, TVector> : InferencePlan
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    private readonly FullyConnectedStep<TLanes, TVector>[] _end;
    private readonly bool _endsInSoftmax;
    private readonly Region _input;
    private readonly Region _imageOutput;
    private readonly int _outputs;
    private readonly int _first;
    private readonly int _second;
    private readonly int _stride;

    /// <summary>Puts a plan together.</summary>
    /// <param name="steps">The steps that run image by image.</param>
    /// <param name="end">The fully connected layers at the end, which run for several images together.</param>
    /// <param name="endsInSoftmax">Whether a softmax follows them.</param>
    /// <param name="input">Where an image goes.</param>
    /// <param name="imageOutput">Where the last step leaves its output.</param>
    /// <param name="scratchLength">Floats of scratch memory that the steps need.</param>
    public LanesInferencePlan(
        Step[] steps, FullyConnectedStep<TLanes, TVector>[] end, bool endsInSoftmax, Region input, Region imageOutput, int scratchLength)
        : base(steps, input.Shape, EndOf(scratchLength, end, imageOutput))
    {
        _input = input;
        _end = end;
        _endsInSoftmax = endsInSoftmax;
        _imageOutput = imageOutput;
        _outputs = end is [.., FullyConnectedStep<TLanes, TVector> last] ? last.OutputCount : imageOutput.Shape.Length;
        _stride = StrideOf(end, imageOutput);
        _first = EndOf(scratchLength, [], default);
        _second = _first + (MaxImages * _stride);
    }

    public override void RunImage(AlignedMemory<float> scratch, int image)
    {
        foreach (Step step in Steps) step.Run(scratch.Pointer);
        scratch.Span.Slice(_imageOutput.Offset, _imageOutput.Shape.Length).CopyTo(scratch.Span[(_first + (image * _stride))..]);
        GC.KeepAlive(this);
    }

    public override void RunEnd(AlignedMemory<float> scratch, int images, Span<float> outputs)
    {
        // The layers' inputs and outputs change places.
        (int from, int to) = (_first, _second);
        foreach (FullyConnectedStep<TLanes, TVector> step in _end)
        {
            step.Run(scratch.Pointer + from, _stride, scratch.Pointer + to, _stride, images);
            (from, to) = (to, from);
        }

        for (int image = 0; image < images; image++)
        {
            Span<float> output = outputs.Slice(image * _outputs, _outputs);
            scratch.Span.Slice(from + (image * _stride), _outputs).CopyTo(output);
            if (_endsInSoftmax) SoftmaxFunction.Apply(output, output);
        }

        GC.KeepAlive(this);
    }

    public override void LoadInput(ReadOnlySpan<float> image, AlignedMemory<float> scratch)
    {
        int length = _input.Shape.Width * _input.Shape.Channels;
        for (int y = 0; y < _input.Shape.Height; y++)
        {
            image.Slice(y * length, length).CopyTo(scratch.Span[(_input.Offset + (y * _input.RowStride))..]);
        }
    }

    public override void LoadInput(ReadOnlySpan<byte> image, int height, int width, int margin, float scale, float offset, AlignedMemory<float> scratch)
    {
        int channels = _input.Shape.Channels, length = width * channels, before = margin * channels, inputLength = _input.Shape.Width * channels;
        fixed (byte* pixels = image)
        {
            for (int y = 0; y < _input.Shape.Height; y++)
            {
                Span<float> row = new(scratch.Pointer + _input.Offset + (y * _input.RowStride), inputLength);
                if (y < margin || y >= margin + height)
                {
                    row.Clear();
                    continue;
                }

                byte* from = pixels + ((y - margin) * length);
                float* to = scratch.Pointer + _input.Offset + (y * _input.RowStride) + before;
                int done = LoadRow<TLanes, TVector>(from, to, length, 0, scale, offset);
                LoadRow<PlainLanes, float>(from, to, length, done, scale, offset);
                row[..before].Clear();
                row[(before + length)..].Clear();
            }
        }

        GC.KeepAlive(scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int LoadRow<TL, TV>(byte* from, float* to, int length, int first, float scale, float offset)
        where TL : struct, ILanes<TV>
        where TV : unmanaged
    {
        TV scales = TL.Broadcast(scale);
        TV offsets = TL.Broadcast(offset);
        int i = first;
        for (; i + TL.Count <= length; i += TL.Count) TL.Store(TL.MultiplyAdd(TL.LoadBytes(from + i), scales, offsets), to + i);
        return i;
    }

    // Two places for each image's values, which the layers at the end read and write in turn, behind the steps' memory.
    private static int EndOf(int scratchLength, FullyConnectedStep<TLanes, TVector>[] end, Region imageOutput) =>
        WholeLines(scratchLength) + (2 * MaxImages * StrideOf(end, imageOutput));

    private static int StrideOf(FullyConnectedStep<TLanes, TVector>[] end, Region imageOutput) =>
        WholeLines(Math.Max(imageOutput.Shape.Length, end.Select(step => step.OutputCount).DefaultIfEmpty().Max()));

    private static int WholeLines(int floats) => (floats + 15) & ~15;
}
