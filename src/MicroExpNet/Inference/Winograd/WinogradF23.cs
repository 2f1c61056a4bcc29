using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.Winograd;

/// <summary>F(2, 3) at 0, ±1 and infinity: on a square 16 multiplications for 36.</summary>
internal readonly unsafe struct WinogradF23 : IWinogradTile
{
    public static int Outputs => 2;

    public static ReadOnlySpan<double> Nodes => FourPoints.Nodes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformInput<TLanes, TVector>(float* from, nint fromStride, float* to, nint toStride)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged => FourPoints.TransformInput<TLanes, TVector>(from, fromStride, to, toStride);

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
        y0 = TLanes.Add(m0, TLanes.Add(m1, m2));
        y1 = TLanes.Add(TLanes.Subtract(m1, m2), m3);
        y2 = y1;
        y3 = y1;
    }
}
