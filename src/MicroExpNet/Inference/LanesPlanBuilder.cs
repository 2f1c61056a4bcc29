using MicroExpNet.Architectures;
using MicroExpNet.Inference.EightBit;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference;

/// <summary>
/// Makes the steps of a model's layers for an instruction set. Layers with weights are a subclass's, of floats or of bytes; all others read
/// and write either.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="filters">Its filters, which plans for other image sizes share.</param>
internal abstract class LanesPlanBuilder<TLanes, TVector>(Model model, FilterCache filters) : PlanBuilder(model, filters, TLanes.Count)
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Makes a convolution's step.</summary>
    private protected abstract Step MakeStep(Convolution layer, FusedLayer fused);

    /// <summary>Makes a fully connected layer's step.</summary>
    private protected abstract Step MakeStep(FullyConnected layer, FusedLayer fused);

    private protected override InputLoader MakeInputLoader(Region input) => new LanesInputLoader<TLanes, TVector>(input);

    private protected override Step MakeStep(Layer layer, FusedLayer fused)
    {
        Region input = fused.Input, output = fused.Output;
        ActivationRange range = fused.Range;
        return layer switch
        {
            Convolution convolution => MakeStep(convolution, fused),
            FullyConnected connected => MakeStep(connected, fused),
            MaxPool pool when input.HasBytes && input.Quantization == output.Quantization =>
                new BytePoolStep(pool.Window, pool.Padding, input, output),
            MaxPool pool => new PoolStep<TLanes, TVector>(PoolKind.Max, pool.Window, pool.Padding, input, output),
            Add add => new BinaryStep<TLanes, TVector, AddFunction>(input, Layout.RegionOf(add.Inputs[1]), output, range),
            _ => MakeOther(layer, fused),
        };
    }

    // Apart, so that a network without them needs not their types.
    private Step MakeOther(Layer layer, FusedLayer fused)
    {
        Region input = fused.Input, output = fused.Output;
        ActivationRange range = fused.Range;
        return layer switch
        {
            AveragePool pool => new PoolStep<TLanes, TVector>(
                pool.CountPadding ? PoolKind.AverageOfWindow : PoolKind.AverageOfImage, pool.Window, pool.Padding, input, output),
            GlobalAveragePool => new PoolStep<TLanes, TVector>(
                PoolKind.AverageOfImage, new Window(input.Shape.Height, input.Shape.Width, 1, 1), default, input, output),
            Multiply multiply =>
                new BinaryStep<TLanes, TVector, MultiplyFunction>(input, Layout.RegionOf(multiply.Inputs[1]), output, range),
            Concat concat => new ConcatStep<TLanes, TVector>([.. concat.Inputs.Select(Layout.RegionOf)], output),
            Relu or Clip or Flatten => new PointwiseStep<TLanes, TVector, IdentityFunction>(default, input, output, range),
            PointwiseLayer pointwise => pointwise.Accept(new PointwiseStepCompiler<TLanes, TVector>(input, output)),
            Softmax when !input.HasBytes && !output.HasBytes => new SoftmaxStep(input, output, SoftmaxFunction.Probabilities),
            LogSoftmax when !input.HasBytes && !output.HasBytes => new SoftmaxStep(input, output, SoftmaxFunction.Logarithms),
            _ => throw new ModelFormatException(
                $"model '{Architecture.Name}': layer '{layer.Name}' ({layer.Kind}) can't be computed"
                + (Model.Quantization is null ? "" : " in 8 bits")),
        };
    }
}
