using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.Winograd;

/// <summary>F(3, 3) at 0, ±1, ½ and infinity: on a square 25 multiplications for 81.</summary>
internal readonly unsafe struct WinogradF33 : IWinogradTile
{
    public static int Outputs => 3;

    public static ReadOnlySpan<double> Nodes => FivePoints.Nodes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformInput<TLanes, TVector>(float* from, nint fromStride, float* to, nint toStride)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged => FivePoints.TransformInput<TLanes, TVector>(from, fromStride, to, toStride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformOutput<TLanes, TVector>(
        float* from, nint stride, out TVector y0, out TVector y1, out TVector y2, out TVector y3)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged
    {
        TVector m0 = TLanes.Load(from);
        TVector m1 = TLanes.Load(from + stride);
        TVector m2 = TLanes.Load(from + (2 * stride));
        TVector m3 = TLanes.Load(from + (3 * stride));
        TVector m4 = TLanes.Load(from + (4 * stride));
        TVector sum = TLanes.Add(m1, m2), difference = TLanes.Subtract(m1, m2);
        y0 = TLanes.Add(TLanes.Add(m0, sum), m3);
        y1 = TLanes.MultiplyAdd(TLanes.Broadcast(0.5f), m3, difference);
        y2 = TLanes.MultiplyAdd(TLanes.Broadcast(0.25f), m3, TLanes.Add(sum, m4));
        y3 = y2;
    }
}
