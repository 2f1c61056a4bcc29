using MicroExpNet.Architectures;
using MicroExpNet.Inference.EightBit;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference;

/// <summary>
/// Walks over a model's layers and makes their steps. Layers with weights are a subclass's, of floats or of bytes; all others read and
/// write either.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="filters">Its filters, which plans for other image sizes share.</param>
internal abstract class PlanBuilder<TLanes, TVector>(Model model, FilterCache filters)
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
{
    private protected Model Model => model;

    private protected FilterCache Filters => filters;

    private protected Architecture Architecture => model.Architecture;

    private protected Fusion Fusion { get; } = new(model.Architecture, model.Quantization, TLanes.Count);

    private protected MemoryBudget Budget { get; } = new(model.Architecture.Name);

    private protected MemoryLayout Layout { get; private set; } = null!;

    /// <summary>Makes the plan.</summary>
    /// <param name="sharesScratch">Whether the plan works in the scratch memory of others, one image at a time, and regions in the memory
    /// of those that are no longer needed.</param>
    /// <exception cref="ModelFormatException">The model needs more memory than it may take, or a layer has no kernel.</exception>
    public InferencePlan Build(bool sharesScratch)
    {
        foreach (LayerParameters? own in model.Parameters)
        {
            if (own is not null) Budget.Take(sizeof(float) * ((long)own.Weights.Length + own.Biases.Length), "its weights");
        }

        Layout = new MemoryLayout(Architecture, model.Quantization, Fusion, Budget, sharesScratch);
        int count = Architecture.Layers.Length, firstOfHead = FirstOfHead();
        bool endsInSoftmax = firstOfHead < count && Architecture.Layers[^1] is Softmax;
        List<Step> steps = [];
        Region[] outputs = new Region[firstOfHead];
        int workspace = 0;
        for (int i = 0; i < firstOfHead; i++)
        {
            if (!NeedsStep(i)) continue;
            Step step = MakeStep(i);
            outputs[steps.Count] = Layout.RegionOf(i);
            steps.Add(step);
            workspace = Math.Max(workspace, step.WorkspaceLength);
        }

        Region output = Layout.RegionOf(firstOfHead < count ? Architecture.Layers[firstOfHead].Inputs[0] : count - 1);
        if (output.HasBytes) throw new ModelFormatException($"model '{Architecture.Name}': its logits are quantised; expected floats");
        FullyConnectedStep<TLanes, TVector>[] head = MakeHead(firstOfHead);

        // One image's outputs are read where they are.
        bool isInPlace = sharesScratch && head.Length == 0;
        long headFloats = isInPlace ? 0 : NetworkHead<TLanes, TVector>.Floats(head, output.Shape.Length);
        Budget.Take(sizeof(float) * (long)workspace, "the workspace of its convolutions");
        Budget.Take(sizeof(float) * headFloats, "its outputs");
        int end = NetworkHead<TLanes, TVector>.WholeLines(Layout.Length + workspace);
        return new LanesInferencePlan<TLanes, TVector>(
            Layout.RegionOf(Layer.NetworkInput),
            [.. steps],
            sharesScratch ? null : Layout.FilledBorders,
            outputs[..steps.Count],
            output,
            new NetworkHead<TLanes, TVector>(head, endsInSoftmax, output.Shape.Length, isInPlace ? output.Offset : end),
            end + (int)headFloats);
    }

    /// <summary>The position of the first layer of the head; the number of layers where there is none.</summary>
    private protected virtual int FirstOfHead() => Architecture.Layers.Length;

    /// <summary>Makes the steps of the head.</summary>
    /// <param name="first">The position of its first layer.</param>
    private protected virtual FullyConnectedStep<TLanes, TVector>[] MakeHead(int first) => [];

    /// <summary>Makes a convolution's step.</summary>
    private protected abstract Step MakeStep(Convolution layer, FusedLayer fused);

    /// <summary>Makes a fully connected layer's step.</summary>
    private protected abstract Step MakeStep(FullyConnected layer, FusedLayer fused);

    private protected FusedLayer Fused(int position) => new(
        position,
        Layout.RegionOf(Architecture.Layers[position].Inputs[0]),
        Layout.RegionOf(position),
        Fusion.AddendOf(position) is int addend ? Layout.RegionOf(addend) : null,
        Fusion.AddendOf(position) is null ? null : model.Quantization?[position],
        Fusion.RangeOf(position),
        Fusion.Pools(position));

    /// <summary>The layer's parameters, after a check that there are as many weights as its kernel reads.</summary>
    private protected LayerParameters ParametersOf(int position)
    {
        Layer layer = Architecture.Layers[position];
        LayerParameters parameters = model.Parameters[position]!;
        Int128 taps = layer is Convolution convolution
            ? (Int128)convolution.Window.Height * convolution.Window.Width * convolution.ChannelsPerGroup
            : ((FullyConnected)layer).InputCount;
        if (taps * layer.OutputShape.Channels == parameters.Weights.Length) return parameters;
        throw new ModelFormatException(
            $"model '{Architecture.Name}': layer '{layer.Name}' has {parameters.Weights.Length} weights; "
            + $"expected {taps * layer.OutputShape.Channels}");
    }

    private bool NeedsStep(int position) => !Fusion.IsFused(position) && !Layout.IsView(position);

    private Step MakeStep(int position)
    {
        Layer layer = Architecture.Layers[position];
        FusedLayer fused = Fused(position);
        Region input = fused.Input, output = fused.Output;
        ActivationRange range = fused.Range;
        return layer switch
        {
            Convolution convolution => MakeStep(convolution, fused),
            FullyConnected connected => MakeStep(connected, fused),
            MaxPool pool when input.HasBytes && input.Quantization == output.Quantization =>
                new BytePoolStep(pool.Window, pool.Padding, input, output),
            MaxPool pool => new PoolStep<TLanes, TVector>(PoolKind.Max, pool.Window, pool.Padding, input, output),
            AveragePool pool => new PoolStep<TLanes, TVector>(
                pool.CountPadding ? PoolKind.AverageOfWindow : PoolKind.AverageOfImage, pool.Window, pool.Padding, input, output),
            GlobalAveragePool => new PoolStep<TLanes, TVector>(
                PoolKind.AverageOfImage, new Window(input.Shape.Height, input.Shape.Width, 1, 1), default, input, output),
            Add add => new BinaryStep<TLanes, TVector, AddFunction>(input, Layout.RegionOf(add.Inputs[1]), output, range),
            Multiply multiply =>
                new BinaryStep<TLanes, TVector, MultiplyFunction>(input, Layout.RegionOf(multiply.Inputs[1]), output, range),
            Concat concat => new ConcatStep<TLanes, TVector>([.. concat.Inputs.Select(Layout.RegionOf)], output),
            Relu or Clip or Flatten => new PointwiseStep<TLanes, TVector, IdentityFunction>(default, input, output, range),
            PointwiseLayer pointwise => pointwise.Accept(new PointwiseStepCompiler<TLanes, TVector>(input, output)),
            Softmax when !input.HasBytes && !output.HasBytes => new SoftmaxStep(input, output, SoftmaxFunction.Probabilities),
            LogSoftmax when !input.HasBytes && !output.HasBytes => new SoftmaxStep(input, output, SoftmaxFunction.Logarithms),
            _ => throw new ModelFormatException(
                $"model '{Architecture.Name}': layer '{layer.Name}' ({layer.Kind}) can't be computed"
                + (model.Quantization is null ? "" : " in 8 bits")),
        };
    }
}
