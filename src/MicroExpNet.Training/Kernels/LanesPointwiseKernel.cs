using System.Numerics;
using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Training.Kernels;

/// <summary>
/// A <see cref="PointwiseKernel{T}"/> with the vectors of one instruction set, and single elements for the rest of a row.
/// </summary>
/// <param name="function">The function.</param>
internal sealed unsafe class LanesPointwiseKernel<TFunction, TLanes, TVector, TRestLanes, T>(TFunction function) : PointwiseKernel<T>
    where TFunction : struct, IPointwiseFunction
    where TLanes : struct, ILanes<TVector, T>
    where TVector : unmanaged
    where TRestLanes : struct, ILanes<T, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Forward(T* input, T* output, int length)
    {
        int done = ForwardFrom<TLanes, TVector>(0, input, output, length);
        ForwardFrom<TRestLanes, T>(done, input, output, length);
    }

    public override void Backward(T* input, T* outputGradient, T* inputGradient, int length)
    {
        int done = BackwardFrom<TLanes, TVector>(0, input, outputGradient, inputGradient, length);
        BackwardFrom<TRestLanes, T>(done, input, outputGradient, inputGradient, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ForwardFrom<TL, TV>(int first, T* input, T* output, int length)
        where TL : struct, ILanes<TV, T>
        where TV : unmanaged
    {
        TFunction own = function;
        int i = first;
        for (; i + TL.Count <= length; i += TL.Count) TL.Store(own.Invoke<TL, TV, T>(TL.Load(input + i)), output + i);
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int BackwardFrom<TL, TV>(int first, T* input, T* outputGradient, T* inputGradient, int length)
        where TL : struct, ILanes<TV, T>
        where TV : unmanaged
    {
        TFunction own = function;
        int i = first;
        for (; i + TL.Count <= length; i += TL.Count)
        {
            TV gradient = TL.Multiply(TL.Load(outputGradient + i), own.Derivative<TL, TV, T>(TL.Load(input + i)));
            TL.Store(TL.Add(TL.Load(inputGradient + i), gradient), inputGradient + i);
        }

        return i;
    }
}
