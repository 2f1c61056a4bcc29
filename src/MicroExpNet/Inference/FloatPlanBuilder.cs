using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference;

/// <summary>Makes the plan of a model of floats.</summary>
/// <param name="model">The model.</param>
/// <param name="filters">Its filters, which plans for other image sizes share.</param>
internal sealed class FloatPlanBuilder<TLanes, TVector>(Model model, FilterCache filters) : PlanBuilder<TLanes, TVector>(model)
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    // The fully connected layers at the end, each of which reads the one before it. A softmax may follow.
    private protected override int FirstOfHead()
    {
        int count = Architecture.Layers.Length, first = count;
        int last = Architecture.Layers[^1] is Softmax softmax && softmax.Inputs[0] == count - 2 ? count - 2 : count - 1;
        for (int i = last; i >= 0; i--)
        {
            if (Architecture.Layers[i] is FullyConnected) first = i;
            else if (!Fusion.IsFused(i)) break;
            if (Architecture.Layers[i].Inputs[0] != i - 1) break;
        }

        return first;
    }

    private protected override Step MakeStep(Convolution layer, FusedLayer fused)
    {
        LayerParameters parameters = Model.Parameters[fused.Position]!;
        if (layer.IsDepthwise && layer.OutputShape.Channels == layer.Groups) return new DepthwiseStep<TLanes, TVector>(layer, parameters, fused);
        return Fusion.TilesOf(fused.Position) is { } tiles
            ? tiles.Algorithm.MakeStep<TLanes, TVector>(tiles, parameters, fused, filters, Layout.Length)
            : new ConvolutionStep<TLanes, TVector>(layer, parameters, fused, filters);
    }

    private protected override Step MakeStep(FullyConnected layer, FusedLayer fused) =>
        new FullyConnectedStep<TLanes, TVector>(layer, Model.Parameters[fused.Position]!, fused);

    private protected override FullyConnectedStep<TLanes, TVector>[] MakeHead(int first)
    {
        List<FullyConnectedStep<TLanes, TVector>> head = [];
        for (int i = first; i < Architecture.Layers.Length; i++)
        {
            if (Architecture.Layers[i] is FullyConnected layer) head.Add(new FullyConnectedStep<TLanes, TVector>(layer, Model.Parameters[i]!, Fused(i)));
        }

        return [.. head];
    }
}
