using System.Runtime.CompilerServices;

namespace MicroExpNet.Inference;

/// <summary>The plan of one instruction set.</summary>
internal sealed unsafe class LanesInferencePlan<TLanes, TVector> : InferencePlan
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    public LanesInferencePlan(Step[] steps, Region input, Region output, int scratchLength)
        : base(steps, input, output, scratchLength)
    {
    }

    public override void LoadInput(ReadOnlySpan<byte> image, int height, int width, float scale, float offset, AlignedFloats scratch)
    {
        int length = width * Input.Shape.Channels, inputLength = Input.Shape.Width * Input.Shape.Channels;
        fixed (byte* pixels = image)
        {
            for (int y = 0; y < Input.Shape.Height; y++)
            {
                float* to = scratch.Pointer + Input.Offset + (y * Input.RowStride);
                if (y >= height)
                {
                    new Span<float>(to, inputLength).Clear();
                    continue;
                }

                byte* from = pixels + (y * length);
                int done = LoadRow<TLanes, TVector>(from, to, length, 0, scale, offset);
                LoadRow<PlainLanes, float>(from, to, length, done, scale, offset);
                new Span<float>(to + length, inputLength - length).Clear();
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
}
