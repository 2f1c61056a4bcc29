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
    where TLanes : struct, ILanes<TFloats>
    where TFloats : unmanaged
{
    private protected override Step MakeStep(Convolution layer, FusedLayer fused) =>
        new ByteConvolutionStep<TDots, TSums, TLanes, TFloats>(layer, Parameters(fused.Position), fused);

    private protected override Step MakeStep(FullyConnected layer, FusedLayer fused) =>
        new ByteConvolutionStep<TDots, TSums, TLanes, TFloats>(layer, Parameters(fused.Position), fused);

    private ByteParameters Parameters(int position)
    {
        ModelQuantization quantization = Model.Quantization!;
        LayerParameters own = Model.Parameters[position]!;
        int input = Architecture.Layers[position].Inputs[0];
        return new ByteParameters(quantization.Weights(position, own), quantization.Biases(position, input, own), [.. quantization.WeightScales(position)]);
    }
}
