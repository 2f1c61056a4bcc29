using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Inference.Steps;

/// <summary>Makes the step of a <see cref="PointwiseLayer"/>.</summary>
/// <param name="input">What it reads.</param>
/// <param name="output">Where it writes.</param>
internal sealed class PointwiseStepCompiler<TLanes, TVector>(Region input, Region output) : IPointwiseVisitor<Step>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
{
    public Step Visit<TFunction>(TFunction function)
        where TFunction : struct, IPointwiseFunction =>
        new PointwiseStep<TLanes, TVector, TFunction>(function, input, output, ActivationRange.None);
}
