using System.Numerics;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Training.Kernels;

/// <summary>Computes a <see cref="PointwiseLayer"/>'s function, and its gradient, for a row of values.</summary>
/// <typeparam name="T">Floats for training, doubles for the gradient checks.</typeparam>
internal abstract unsafe class PointwiseKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The kernel of a layer's function, with the widest vectors of this processor.</summary>
    /// <param name="layer">The layer.</param>
    public static PointwiseKernel<T> For(PointwiseLayer layer) => layer.Accept(new Compiler());

    /// <summary><c>output = f(input)</c>.</summary>
    /// <param name="input">The arguments, <c>[length]</c>.</param>
    /// <param name="output">Receives the function's values, <c>[length]</c>.</param>
    /// <param name="length">Number of values.</param>
    public abstract void Forward(T* input, T* output, int length);

    /// <summary><c>inputGradient += f'(input) · outputGradient</c>.</summary>
    /// <param name="input">The arguments, <c>[length]</c>.</param>
    /// <param name="outputGradient">The gradient of the function's values, <c>[length]</c>.</param>
    /// <param name="inputGradient">The gradient of the arguments, <c>[length]</c>.</param>
    /// <param name="length">Number of values.</param>
    public abstract void Backward(T* input, T* outputGradient, T* inputGradient, int length);

    private sealed class Compiler : IPointwiseVisitor<PointwiseKernel<T>>
    {
        public PointwiseKernel<T> Visit<TFunction>(TFunction function)
            where TFunction : struct, IPointwiseFunction => typeof(T) == typeof(float)
            ? KernelTarget.Best.Call(new FloatFactory<TFunction>(function))
            : (PointwiseKernel<T>)(object)new LanesPointwiseKernel<TFunction, DoubleLanes, double, DoubleLanes, double>(function);
    }

    private sealed class FloatFactory<TFunction>(TFunction function) : ILanesFunction<PointwiseKernel<T>>
        where TFunction : struct, IPointwiseFunction
    {
        public PointwiseKernel<T> Call<TLanes, TVector>()
            where TLanes : struct, IFloatLanes<TVector>
            where TVector : unmanaged =>
                (PointwiseKernel<T>)(object)new LanesPointwiseKernel<TFunction, TLanes, TVector, PlainLanes, float>(function);
    }
}
