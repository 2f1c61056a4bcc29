using System.Runtime.Intrinsics;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Inference.Winograd;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.EightBit;

/// <summary>Makes the plan of a quantised model: convolutions and fully connected layers compute in integers, image by image.</summary>
/// <param name="model">The model.</param>
/// <param name="filters">Its filters, which plans for other image sizes share.</param>
internal sealed class EightBitPlanBuilder<TDots, TSums, TLanes, TFloats>(Model model, FilterCache filters)
    : LanesPlanBuilder<TLanes, TFloats>(model, filters)
    where TDots : struct, IDotLanes<TDots, TSums, TFloats>
    where TSums : unmanaged
    where TLanes : struct, IFloatLanes<TFloats>
    where TFloats : unmanaged
{
    private protected override Step MakeStep(Convolution layer, FusedLayer fused)
    {
        ByteParameters parameters = Parameters(fused.Position, layer.Groups);
        if (Fusion.TilesOf(fused.Position) is not { } tiles)
        {
            parameters.CheckSums(Architecture.Name, layer.Name);
            return new ByteDotProductStep<TDots, TSums, TLanes, TFloats>(layer, parameters, fused, Filters);
        }

        Budget.Take(sizeof(float) * tiles.FilterFloats(TLanes.Count), $"the tiles of layer '{layer.Name}'");
        if (TLanes.Count >= Vector256<float>.Count) return MakeTiles<Vector256Words, Vector256<short>>(tiles, parameters, fused);
        if (TLanes.Count > 1) return MakeTiles<Vector128Words, Vector128<short>>(tiles, parameters, fused);
        return MakeTiles<PlainWords, short>(tiles, parameters, fused);
    }

    private protected override Step MakeStep(FullyConnected layer, FusedLayer fused)
    {
        ByteParameters parameters = Parameters(fused.Position, groups: 1);
        parameters.CheckSums(Architecture.Name, layer.Name);
        return new ByteDotProductStep<TDots, TSums, TLanes, TFloats>(layer, parameters, fused, Filters);
    }

    private Step MakeTiles<TWords, TVector>(WinogradGeometry tiles, ByteParameters parameters, FusedLayer fused)
        where TWords : struct, IWordLanes<TVector>
        where TVector : unmanaged => tiles.Outputs == WinogradF43.Outputs
            ? new WordWinogradStep<TDots, TSums, TLanes, TFloats, TWords, TVector, WinogradF43>(
                tiles, parameters, fused, Filters, Layout.Length)
            : new WordWinogradStep<TDots, TSums, TLanes, TFloats, TWords, TVector, WordF33>(
                tiles, parameters, fused, Filters, Layout.Length);

    private ByteParameters Parameters(int position, int groups)
    {
        ModelQuantization quantization = Model.Quantization!;
        LayerParameters own = ParametersOf(position);
        Layer layer = Architecture.Layers[position];
        int input = layer.Inputs[0];
        double bytes = own.Weights.Length + PackedByteFilters.Bytes(TapQuads.Of(layer), layer.OutputShape.Channels, groups, TDots.Count);
        Budget.Take(bytes, $"the filters of layer '{layer.Name}'");
        Budget.Take(5L * sizeof(int) * layer.OutputShape.Height * layer.OutputShape.Width, $"the pixels' offsets of layer '{layer.Name}'");
        return Filters.Find<ByteParameters>(position) ?? Filters.Add(
            new ByteParameters(
                quantization.Weights(position, own), quantization.Biases(position, input, own), quantization.WeightScales(position)),
            position);
    }
}
