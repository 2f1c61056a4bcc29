using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference;

/// <summary>Makes the plan of a model of floats.</summary>
/// <param name="model">The model.</param>
/// <param name="filters">Its filters, which plans for other image sizes share.</param>
internal sealed class FloatPlanBuilder<TLanes, TVector>(Model model, FilterCache filters)
    : LanesPlanBuilder<TLanes, TVector>(model, filters)
    where TLanes : struct, IFloatLanes<TVector>
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
        LayerParameters parameters = ParametersOf(fused.Position);
        string purpose = $"the filters of layer '{layer.Name}'";
        if (layer.IsDepthwise && layer.OutputShape.Channels == layer.Groups)
        {
            Budget.Take(sizeof(float) * ((long)parameters.Weights.Length + parameters.Biases.Length), purpose);
            return new DepthwiseStep<TLanes, TVector>(layer, parameters, fused);
        }

        if (Fusion.TilesOf(fused.Position) is { } tiles)
        {
            Budget.Take(sizeof(float) * tiles.FilterFloats(TLanes.Count), purpose);
            return tiles.Algorithm.MakeStep<TLanes, TVector>(tiles, parameters, fused, Filters, Layout.Length);
        }

        int filterCount = layer.OutputShape.Channels;
        Budget.Take(PackedFilters.Bytes(parameters.Weights.Length / filterCount, filterCount, layer.Groups, TLanes.Count), purpose);
        Budget.Take(2L * sizeof(int) * layer.OutputShape.Height * layer.OutputShape.Width, $"the pixels' offsets of layer '{layer.Name}'");
        return new ConvolutionStep<TLanes, TVector>(layer, parameters, fused, Filters);
    }

    private protected override Step MakeStep(FullyConnected layer, FusedLayer fused) => FullyConnectedStep(layer, fused);

    private protected override HeadStep[] MakeHead(int first)
    {
        List<HeadStep> head = [];
        for (int i = first; i < Architecture.Layers.Length; i++)
        {
            if (Architecture.Layers[i] is FullyConnected layer) head.Add(FullyConnectedStep(layer, Fused(i)));
        }

        return [.. head];
    }

    private FullyConnectedStep<TLanes, TVector> FullyConnectedStep(FullyConnected layer, FusedLayer fused)
    {
        LayerParameters parameters = ParametersOf(fused.Position);
        double bytes = PackedFilters.Bytes(layer.InputCount, layer.OutputShape.Channels, groups: 1, TLanes.Count);
        Budget.Take(bytes, $"the weights of layer '{layer.Name}'");
        return new FullyConnectedStep<TLanes, TVector>(layer, parameters, fused);
    }
}
