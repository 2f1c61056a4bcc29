using MicroExpNet.Architectures;
using MicroExpNet.Inference.EightBit;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Inference.Winograd;
using MicroExpNet.Models;

namespace MicroExpNet.Inference;

/// <summary>
/// Turns a model into an <see cref="InferencePlan"/>: lays the layers' outputs out in the scratch memory, with the borders their readers
/// need, joins each activation to the layer before it, and makes the steps.
/// </summary>
internal static class PlanCompiler
{
    /// <summary>The best instruction set of this processor.</summary>
    public static InstructionSet Best { get; } =
        Avx512Lanes.IsSupported ? InstructionSet.Avx512 :
        Avx2Lanes.IsSupported ? InstructionSet.Avx2 :
        AdvSimdLanes.IsSupported ? InstructionSet.AdvSimd :
        InstructionSet.Plain;

    /// <summary>The instruction sets this processor can run.</summary>
    public static IEnumerable<InstructionSet> Supported
    {
        get
        {
            yield return InstructionSet.Plain;
            if (AdvSimdLanes.IsSupported) yield return InstructionSet.AdvSimd;
            if (Avx2Lanes.IsSupported) yield return InstructionSet.Avx2;
            if (Avx512Lanes.IsSupported) yield return InstructionSet.Avx512;
        }
    }

    /// <summary>Compiles a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="instructionSet">What for.</param>
    /// <param name="filters">Its filters, where plans for other sizes of images have made some for the same instruction set.</param>
    /// <exception cref="ModelFormatException">The model needs more memory than a plan may take.</exception>
    public static InferencePlan Compile(Model model, InstructionSet instructionSet, FilterCache? filters = null)
    {
        if (model.Quantization is not null) return EightBitCompiler.Compile(model, instructionSet);
        filters ??= new FilterCache(model.Architecture.Layers.Length);
        return instructionSet switch
        {
            InstructionSet.Avx512 => Compile<Avx512Lanes, System.Runtime.Intrinsics.Vector512<float>>(model, filters),
            InstructionSet.Avx2 => Compile<Avx2Lanes, System.Runtime.Intrinsics.Vector256<float>>(model, filters),
            InstructionSet.AdvSimd => Compile<AdvSimdLanes, System.Runtime.Intrinsics.Vector128<float>>(model, filters),
            _ => Compile<PlainLanes, float>(model, filters),
        };
    }

    private static LanesInferencePlan<TLanes, TVector> Compile<TLanes, TVector>(Model model, FilterCache filters)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        Architecture architecture = model.Architecture;
        ScratchLayout layout = new(architecture, TLanes.Count);
        List<Step> steps = [];
        List<FullyConnectedStep<TLanes, TVector>> end = [];
        (int firstOfEnd, bool endsInSoftmax) = FindEnd(architecture, layout);
        for (int i = 0; i < architecture.Layers.Length; i++)
        {
            if (layout.IsJoined(i) || (endsInSoftmax && i == architecture.Layers.Length - 1)) continue;
            Layer layer = architecture.Layers[i];
            Region input = layout.RegionOf(layer.Inputs[0]);
            Region output = layout.RegionOf(i);
            Clamp clamp = layout.ClampOf(i);
            LayerParameters? parameters = model.Parameters[i];
            if (i >= firstOfEnd)
            {
                end.Add(new FullyConnectedStep<TLanes, TVector>((FullyConnected)layer, parameters!, input, output, clamp));
                continue;
            }

            steps.Add(layer switch
            {
                Convolution { IsDepthwise: true } depthwise when depthwise.OutputShape.Channels == depthwise.Groups =>
                    new DepthwiseStep<TLanes, TVector>(depthwise, parameters!, input, output, clamp),
                Convolution when layout.TilesOf(i) is { } tiles => Tiled<TLanes, TVector>(
                    tiles, parameters!, filters, i, input, layout.AddendOf(i) is int addend ? layout.RegionOf(addend) : null, output, clamp, layout.Pools(i), layout.Length),
                Convolution convolution => new ConvolutionStep<TLanes, TVector>(convolution, parameters!, filters, i, input, output, clamp),
                FullyConnected connected => new FullyConnectedStep<TLanes, TVector>(connected, parameters!, input, output, clamp),
                MaxPool pool => new PoolStep<TLanes, TVector>(PoolKind.Max, pool.Window, pool.Padding, input, output),
                AveragePool pool => new PoolStep<TLanes, TVector>(
                    pool.CountPadding ? PoolKind.AverageOfWindow : PoolKind.AverageOfImage, pool.Window, pool.Padding, input, output),
                GlobalAveragePool => new PoolStep<TLanes, TVector>(
                    PoolKind.AverageOfImage, new Window(input.Shape.Height, input.Shape.Width, 1, 1), default, input, output),
                Add add => new BinaryStep<TLanes, TVector, AddFunction>(
                    Place.Of(input), Place.Of(layout.RegionOf(add.Inputs[1])), Place.Of(output), clamp),
                Relu or Clip or Flatten => new PointwiseStep<TLanes, TVector, IdentityFunction>(default, Place.Of(input), Place.Of(output), clamp),
                PointwiseLayer pointwise => pointwise.Accept(new PointwiseStepCompiler<TLanes, TVector>(Place.Of(input), Place.Of(output))),
                Softmax => new SoftmaxStep(input, output),
                _ => throw new InvalidOperationException($"layer '{layer.Name}' ({layer.Kind}) has no kernel"),
            });
        }

        int imageOutput = end.Count > 0 ? architecture.Layers[firstOfEnd].Inputs[0] : architecture.Layers.Length - 1;
        int workspace = steps.Select(step => step.WorkspaceLength).DefaultIfEmpty().Max();
        if ((long)layout.Length + workspace + (2L * InferencePlan.MaxImages * layout.RegionOf(imageOutput).Shape.Length) > ScratchLayout.MaxLength)
        {
            throw new ModelFormatException($"model '{architecture.Name}' needs more than {ScratchLayout.MaxLength * sizeof(float) >> 20} MiB of memory for its outputs");
        }

        return new LanesInferencePlan<TLanes, TVector>(
            [.. steps], [.. end], endsInSoftmax, layout.RegionOf(Layer.NetworkInput), layout.RegionOf(imageOutput), layout.Length + workspace);
    }

    // The first of the fully connected layers at the network's end, each of which reads the one before, and whether a softmax follows.
    private static (int First, bool EndsInSoftmax) FindEnd(Architecture architecture, ScratchLayout layout)
    {
        int count = architecture.Layers.Length, first = count;
        bool endsInSoftmax = architecture.Layers[^1] is Softmax softmax && softmax.Inputs[0] == count - 2;
        for (int i = endsInSoftmax ? count - 2 : count - 1; i >= 0; i--)
        {
            if (architecture.Layers[i] is FullyConnected) first = i;
            else if (!layout.IsJoined(i)) break;
            if (architecture.Layers[i].Inputs[0] != i - 1) break;
        }

        return (first, endsInSoftmax && first < count);
    }

    private static Step Tiled<TLanes, TVector>(
        WinogradGeometry tiles, LayerParameters parameters, FilterCache filters, int position, Region input, Region? addend, Region output, Clamp clamp, bool pools, int workspace)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged => (tiles.Outputs, tiles.Taps) switch
    {
        (4, 4) => new WinogradConvolutionStep<TLanes, TVector, WinogradF44>(tiles, parameters, filters, position, input, addend, output, clamp, pools, workspace),
        (4, 3) => new WinogradConvolutionStep<TLanes, TVector, WinogradF43>(tiles, parameters, filters, position, input, addend, output, clamp, pools, workspace),
        (3, 3) => new WinogradConvolutionStep<TLanes, TVector, WinogradF33>(tiles, parameters, filters, position, input, addend, output, clamp, pools, workspace),
        (2, 3) => new WinogradConvolutionStep<TLanes, TVector, WinogradF23>(tiles, parameters, filters, position, input, addend, output, clamp, pools, workspace),
        (4, 2) => new WinogradConvolutionStep<TLanes, TVector, WinogradF42>(tiles, parameters, filters, position, input, addend, output, clamp, pools, workspace),
        (3, 2) => new WinogradConvolutionStep<TLanes, TVector, WinogradF32>(tiles, parameters, filters, position, input, addend, output, clamp, pools, workspace),
        _ => throw new InvalidOperationException($"no kernel for tiles of {tiles.Outputs} outputs and {tiles.Taps} taps"),
    };
}
