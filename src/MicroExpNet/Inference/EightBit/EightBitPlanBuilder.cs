using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.EightBit;

/// <summary>Makes the plan of a quantised model: convolutions and fully connected layers compute in integers, image by image.</summary>
/// <param name="model">The model.</param>
internal sealed class EightBitPlanBuilder<TDots, TSums, TLanes, TFloats>(Model model) : PlanBuilder<TLanes, TFloats>(model)
    where TDots : struct, IDotLanes<TSums, TFloats>
    where TSums : unmanaged
    where TLanes : struct, IFloatLanes<TFloats>
    where TFloats : unmanaged
{
    private protected override Step MakeStep(Convolution layer, FusedLayer fused) =>
        new ByteDotProductStep<TDots, TSums, TLanes, TFloats>(layer, Parameters(fused.Position, layer.Groups), fused);

    private protected override Step MakeStep(FullyConnected layer, FusedLayer fused) =>
        new ByteDotProductStep<TDots, TSums, TLanes, TFloats>(layer, Parameters(fused.Position, groups: 1), fused);

    private ByteParameters Parameters(int position, int groups)
    {
        ModelQuantization quantization = Model.Quantization!;
        LayerParameters own = ParametersOf(position);
        Layer layer = Architecture.Layers[position];
        int input = layer.Inputs[0];
        Int128 filters = own.Weights.Length + PackedByteFilters.Bytes(TapQuads.Of(layer), layer.OutputShape.Channels, groups, TDots.Count);
        Budget.Take(filters, $"the filters of layer '{layer.Name}'");
        Budget.Take(5L * sizeof(int) * layer.OutputShape.Height * layer.OutputShape.Width, $"the pixels' offsets of layer '{layer.Name}'");
        return new ByteParameters(
            quantization.Weights(position, own), quantization.Biases(position, input, own), [.. quantization.WeightScales(position)]);
    }
}
