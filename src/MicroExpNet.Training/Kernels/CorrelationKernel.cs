using System.Collections.Immutable;
using System.Numerics;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Training.Kernels;

/// <summary>Computes a <see cref="Correlation"/>, and the gradient of its weights, with the vectors of one instruction set.</summary>
/// <remarks>
/// The widest vectors of this processor do as many channels as fill them; narrower ones follow, the last a channel at a time.
/// </remarks>
/// <typeparam name="T">Floats for training, doubles for the gradient checks.</typeparam>
internal abstract unsafe class CorrelationKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Widest vectors first.
    private static readonly ImmutableArray<CorrelationKernel<T>> Kernels = typeof(T) == typeof(float)
        ? [.. KernelTarget.Supported.Select(target => target.Call(new Factory()))]
        : [(CorrelationKernel<T>)(object)new LanesCorrelationKernel<DoubleLanes, double, double>()];

    /// <summary><c>output[place, channel] = start + Σ input[place, tap] · weights[tap, channel]</c>.</summary>
    /// <param name="correlation">Where it reads and writes.</param>
    /// <param name="images">Number of images.</param>
    /// <param name="input">The first image's values.</param>
    /// <param name="weights"><c>[taps, rowLength]</c>, of which the first <paramref name="channels"/> of each row are used.</param>
    /// <param name="rowLength">Weights from one tap to the next.</param>
    /// <param name="channels">Output channels.</param>
    /// <param name="start">What the sums start from.</param>
    /// <param name="biases"><c>[channels]</c> for <see cref="SumStart.Biases"/>.</param>
    /// <param name="output">The first image's results.</param>
    public static void Forward(
        Correlation correlation, int images, T* input, T* weights, int rowLength, int channels, SumStart start, T* biases, T* output)
    {
        int done = 0;
        foreach (CorrelationKernel<T> kernel in Kernels)
        {
            done = kernel.ForwardFrom(done, correlation, images, input, weights, rowLength, channels, start, biases, output);
        }
    }

    /// <summary><c>gradient[tap, channel] += Σ input[place, tap] · outputGradient[place, channel]</c>.</summary>
    /// <param name="correlation">Where it reads and writes.</param>
    /// <param name="images">Number of images.</param>
    /// <param name="input">The first image's values.</param>
    /// <param name="outputGradient">The gradient of the first image's results.</param>
    /// <param name="channels">Output channels.</param>
    /// <param name="gradient">
    /// The weights' gradient, <c>[taps, rowLength]</c>; only the first <paramref name="channels"/> of each row change.
    /// </param>
    /// <param name="rowLength">Gradients from one tap to the next.</param>
    public static void WeightGradient(
        Correlation correlation, int images, T* input, T* outputGradient, int channels, T* gradient, int rowLength)
    {
        int done = 0;
        foreach (CorrelationKernel<T> kernel in Kernels)
        {
            done = kernel.WeightGradientFrom(done, correlation, images, input, outputGradient, channels, gradient, rowLength);
        }
    }

    /// <summary><see cref="Forward"/> of the channels from <paramref name="first"/> on that fill vectors.</summary>
    /// <returns>The first channel that is left.</returns>
    protected abstract int ForwardFrom(
        int first, Correlation correlation, int images, T* input, T* weights, int rowLength, int channels, SumStart start, T* biases,
        T* output);

    /// <summary><see cref="WeightGradient"/> of the channels from <paramref name="first"/> on that fill vectors.</summary>
    /// <returns>The first channel that is left.</returns>
    protected abstract int WeightGradientFrom(
        int first, Correlation correlation, int images, T* input, T* outputGradient, int channels, T* gradient, int rowLength);

    private sealed class Factory : ILanesFunction<CorrelationKernel<T>>
    {
        public CorrelationKernel<T> Call<TLanes, TVector>()
            where TLanes : struct, IFloatLanes<TVector>
            where TVector : unmanaged => (CorrelationKernel<T>)(object)new LanesCorrelationKernel<TLanes, TVector, float>();
    }
}
