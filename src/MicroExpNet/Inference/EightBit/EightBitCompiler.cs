using System.Runtime.Intrinsics;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// Turns a quantised model into an <see cref="EightBitPlan{TLanes,TVector}"/>: convolutions and fully connected layers in whole numbers, with the
/// activations and pools behind them; the little that is left in floats.
/// </summary>
internal static class EightBitCompiler
{
    /// <summary>Compiles a model.</summary>
    /// <exception cref="ModelFormatException">The model needs more memory than a plan may take.</exception>
    public static InferencePlan Compile(Model model, InstructionSet instructionSet) => instructionSet switch
    {
        // One instruction for four products is faster than twice as many lanes without it.
        InstructionSet.Avx512 or InstructionSet.Avx2 when AvxVnniDots.IsSupported => Compile<AvxVnniDots, Vector256<int>, Avx2Lanes, Vector256<float>>(model),
        InstructionSet.Avx512 when Avx512Dots.IsSupported => Compile<Avx512Dots, Vector512<int>, Avx512Lanes, Vector512<float>>(model),
        InstructionSet.Avx512 or InstructionSet.Avx2 => Compile<Avx2Dots, Vector256<int>, Avx2Lanes, Vector256<float>>(model),
        InstructionSet.AdvSimd when ArmDots.IsSupported => Compile<ArmDots, Vector128<int>, AdvSimdLanes, Vector128<float>>(model),
        InstructionSet.AdvSimd => Compile<AdvSimdDots, Vector128<int>, AdvSimdLanes, Vector128<float>>(model),
        _ => Compile<PlainDots, int, PlainLanes, float>(model),
    };

    private static EightBitPlan<TLanes, TFloats> Compile<TDots, TSums, TLanes, TFloats>(Model model)
        where TDots : struct, IDotLanes<TSums, TFloats>
        where TSums : unmanaged
        where TLanes : struct, ILanes<TFloats>
        where TFloats : unmanaged
    {
        Architecture architecture = model.Architecture;
        EightBitLayout layout = new(model);
        bool endsInSoftmax = architecture.Layers[^1] is Softmax softmax && softmax.Inputs[0] == architecture.Layers.Length - 2;
        int last = architecture.Layers.Length - (endsInSoftmax ? 2 : 1);
        List<Step> steps = [];
        for (int i = 0; i <= last; i++)
        {
            if (layout.IsJoined(i)) continue;
            Layer layer = architecture.Layers[i];
            Place input = layout.PlaceOf(layer.Inputs[0]), output = layout.PlaceOf(i);
            Clamp clamp = layout.ClampOf(i);
            steps.Add(layer switch
            {
                Convolution convolution => new ByteConvolutionStep<TDots, TSums, TLanes, TFloats>(convolution, Parameters(model, i), input, output, clamp, layout.Pools(i)),
                FullyConnected connected => new ByteConvolutionStep<TDots, TSums, TLanes, TFloats>(connected, Parameters(model, i), input, output, clamp),
                MaxPool pool when input.HasBytes && input.Quantization == output.Quantization => new BytePoolStep(pool.Window, pool.Padding, input, output),
                MaxPool pool => new WindowStep(PoolKind.Max, pool.Window, pool.Padding, input, output),
                AveragePool pool => new WindowStep(pool.CountPadding ? PoolKind.AverageOfWindow : PoolKind.AverageOfImage, pool.Window, pool.Padding, input, output),
                GlobalAveragePool => new WindowStep(PoolKind.AverageOfImage, new Window(input.Shape.Height, input.Shape.Width, 1, 1), default, input, output),
                Add add => new BinaryStep<TLanes, TFloats, AddFunction>(input, layout.PlaceOf(add.Inputs[1]), output, clamp),
                Relu or Clip or Flatten => new PointwiseStep<TLanes, TFloats, IdentityFunction>(default, input, output, clamp),
                PointwiseLayer pointwise => pointwise.Accept(new PointwiseStepCompiler<TLanes, TFloats>(input, output)),
                _ => throw new ModelFormatException($"model '{architecture.Name}': layer '{layer.Name}' ({layer.Kind}) can't be computed in 8 bits"),
            });
        }

        Place end = layout.PlaceOf(last);
        if (end.HasBytes) throw new ModelFormatException($"model '{architecture.Name}': its logits are quantised; expected floats");
        return new EightBitPlan<TLanes, TFloats>([.. steps], endsInSoftmax, layout.PlaceOf(Layer.NetworkInput), end, [.. layout.FilledBorders], layout.Length);
    }

    private static ByteParameters Parameters(Model model, int position)
    {
        ModelQuantization quantization = model.Quantization!;
        LayerParameters own = model.Parameters[position]!;
        int input = model.Architecture.Layers[position].Inputs[0];
        return new ByteParameters(quantization.Weights(position, own), quantization.Biases(position, input, own), [.. quantization.WeightScales(position)]);
    }
}
