namespace MicroExpNet.Inference.Lanes;

/// <summary>A function that is generic in the lanes, for <see cref="KernelTarget.Call"/>.</summary>
/// <typeparam name="TResult">Its result.</typeparam>
internal interface ILanesFunction<out TResult>
{
    TResult Call<TLanes, TVector>()
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged;
}
