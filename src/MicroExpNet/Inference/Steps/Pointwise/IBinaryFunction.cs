using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.Steps;

/// <summary>A function of two values, for all values of two vectors at once.</summary>
internal interface IBinaryFunction
{
    /// <summary>The function's value in each lane.</summary>
    /// <param name="x">The first arguments.</param>
    /// <param name="y">The second arguments.</param>
    static abstract TVector Invoke<TLanes, TVector>(TVector x, TVector y)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged;
}
