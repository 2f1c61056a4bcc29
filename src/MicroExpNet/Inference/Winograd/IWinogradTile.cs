using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.Winograd;

/// <summary>A tile of floats.</summary>
internal unsafe interface IWinogradTile : IWinogradOutput
{
    /// <summary>Bᵀ along one axis: reads m + r − 1 vectors and writes as many, the last for the node at infinity.</summary>
    /// <param name="from">The first vector.</param>
    /// <param name="fromStride">Floats from one to the next.</param>
    /// <param name="to">Where the first goes.</param>
    /// <param name="toStride">Floats from one to the next there.</param>
    static abstract void TransformInput<TLanes, TVector>(float* from, nint fromStride, float* to, nint toStride)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged;
}
