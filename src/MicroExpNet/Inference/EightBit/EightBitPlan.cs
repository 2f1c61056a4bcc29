using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.EightBit;

/// <summary>The plan of a model that computes in 8 bits, image by image.</summary>
internal sealed unsafe class EightBitPlan<TLanes, TVector> : InferencePlan
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    private readonly Place _input;
    private readonly Place _output;
    private readonly Place[] _filledBorders;
    private readonly bool _endsInSoftmax;
    private readonly int _first;

    /// <summary>Puts a plan together.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="endsInSoftmax">Whether a softmax follows them.</param>
    /// <param name="input">Where an image goes.</param>
    /// <param name="output">Where the last step leaves its output, floats.</param>
    /// <param name="filledBorders">Places whose borders have to be filled.</param>
    /// <param name="scratchLength">Floats of scratch memory that the steps need.</param>
    public EightBitPlan(Step[] steps, bool endsInSoftmax, Place input, Place output, Place[] filledBorders, int scratchLength)
        : base(steps, input.Shape, scratchLength + (MaxImages * output.Shape.Length))
    {
        _input = input;
        _output = output;
        _filledBorders = filledBorders;
        _endsInSoftmax = endsInSoftmax;
        _first = scratchLength;
    }

    public override void LoadInput(ReadOnlySpan<float> image, AlignedMemory<float> scratch)
    {
        int length = InputShape.Width * InputShape.Channels;
        for (int y = 0; y < InputShape.Height; y++)
        {
            ReadOnlySpan<float> from = image.Slice(y * length, length);
            if (_input.Quantization is not { } quantization)
            {
                from.CopyTo(scratch.Span[(_input.Offset + (y * _input.RowStride))..]);
                continue;
            }

            fixed (float* values = from)
            {
                int done = LoadRow<TLanes, TVector>(values, Row(scratch, y), length, 0, quantization);
                LoadRow<PlainLanes, float>(values, Row(scratch, y), length, done, quantization);
            }
        }

        GC.KeepAlive(scratch);
    }

    public override void LoadInput(ReadOnlySpan<byte> image, int height, int width, int margin, float scale, float offset, AlignedMemory<float> scratch)
    {
        int channels = InputShape.Channels, length = width * channels, before = margin * channels, inputLength = InputShape.Width * channels;
        if (_input.Quantization is not { } quantization)
        {
            LoadFloats(image, height, length, margin, before, scale, offset, scratch);
            return;
        }

        // Where a grey value is its own number, as it is in all models made by this library, rows are copied.
        bool same = quantization.Scale == scale && quantization.ZeroPoint * scale == -offset;
        for (int y = 0; y < InputShape.Height; y++)
        {
            Span<byte> row = new(Row(scratch, y), inputLength);
            bool outside = y < margin || y >= margin + height;
            if (outside || length < inputLength) row.Fill(quantization.ZeroPoint);
            if (outside) continue;
            ReadOnlySpan<byte> from = image.Slice((y - margin) * length, length);
            if (same) from.CopyTo(row[before..]);
            else for (int i = 0; i < length; i++) row[before + i] = quantization.Quantize((from[i] * scale) + offset);
        }

        GC.KeepAlive(scratch);
    }

    public override void RunImage(AlignedMemory<float> scratch, int image)
    {
        foreach (Place place in _filledBorders) place.FillBorder(scratch.Pointer);
        foreach (Step step in Steps) step.Run(scratch.Pointer);
        int length = _output.Shape.Length;
        scratch.Span.Slice(_output.Offset, length).CopyTo(scratch.Span[(_first + (image * length))..]);
        GC.KeepAlive(this);
    }

    public override void RunEnd(AlignedMemory<float> scratch, int images, Span<float> outputs)
    {
        int length = _output.Shape.Length;
        for (int image = 0; image < images; image++)
        {
            Span<float> output = outputs.Slice(image * length, length);
            scratch.Span.Slice(_first + (image * length), length).CopyTo(output);
            if (_endsInSoftmax) SoftmaxFunction.Apply(output, output);
        }
    }

    private byte* Row(AlignedMemory<float> scratch, int y) => (byte*)scratch.Pointer + _input.Offset + (y * _input.RowStride);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int LoadRow<TL, TV>(float* from, byte* to, int length, int first, TensorQuantization quantization)
        where TL : struct, ILanes<TV>
        where TV : unmanaged
    {
        TV steps = TL.Broadcast(1 / quantization.Scale), shift = TL.Broadcast(quantization.ZeroPoint);
        TV minimum = TL.Broadcast(-quantization.ZeroPoint), maximum = TL.Broadcast(byte.MaxValue - quantization.ZeroPoint);
        int i = first;
        for (; i + TL.Count <= length; i += TL.Count) TL.StoreBytes(TL.Min(TL.Max(TL.Multiply(TL.Load(from + i), steps), minimum), maximum), shift, to + i);
        return i;
    }

    private void LoadFloats(ReadOnlySpan<byte> image, int height, int length, int margin, int before, float scale, float offset, AlignedMemory<float> scratch)
    {
        for (int y = 0; y < InputShape.Height; y++)
        {
            Span<float> row = scratch.Span.Slice(_input.Offset + (y * _input.RowStride), InputShape.Width * InputShape.Channels);
            row.Clear();
            if (y < margin || y >= margin + height) continue;
            ReadOnlySpan<byte> from = image.Slice((y - margin) * length, length);
            for (int i = 0; i < length; i++) row[before + i] = (from[i] * scale) + offset;
        }
    }
}
