using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference;

/// <summary>
/// Walks over a model's layers: their memory, and the order of their steps, which a subclass makes for an instruction set. What does not
/// depend on it is here, so that it is compiled once, ahead of time where that is wanted.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="filters">Its filters, which plans for other image sizes share.</param>
/// <param name="lanes">Floats in one vector.</param>
internal abstract class PlanBuilder(Model model, FilterCache filters, int lanes)
{
    internal Model Model => model;

    internal FilterCache Filters => filters;

    internal Architecture Architecture => model.Architecture;

    internal Fusion Fusion { get; } = new(model.Architecture, model.Quantization, lanes);

    internal MemoryBudget Budget { get; } = new(model.Architecture.Name);

    internal MemoryLayout Layout { get; private set; } = null!;

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
        List<Step> steps = [];
        Region[] outputs = new Region[firstOfHead];
        int workspace = 0;
        for (int i = 0; i < firstOfHead; i++)
        {
            if (!NeedsStep(i)) continue;
            Step step = MakeStep(Architecture.Layers[i], Fused(i));
            outputs[steps.Count] = Layout.RegionOf(i);
            steps.Add(step);
            workspace = Math.Max(workspace, step.WorkspaceLength);
        }

        Region output = Layout.RegionOf(firstOfHead < count ? Architecture.Layers[firstOfHead].Inputs[0] : count - 1);
        if (output.HasBytes) throw new ModelFormatException($"model '{Architecture.Name}': its logits are quantised; expected floats");
        return MakePlan(firstOfHead, [.. steps], outputs[..steps.Count], output, workspace, sharesScratch);
    }

    /// <summary>The position of the first layer of the head; the number of layers where there is none.</summary>
    private protected virtual int FirstOfHead() => Architecture.Layers.Length;

    /// <summary>Makes a layer's step.</summary>
    private protected abstract Step MakeStep(Layer layer, FusedLayer fused);

    /// <summary>Makes the steps of the head.</summary>
    /// <param name="first">The position of its first layer.</param>
    private protected virtual HeadStep[] MakeHead(int first) => [];

    /// <summary>Makes what copies images into a region.</summary>
    private protected abstract InputLoader MakeInputLoader(Region input);

    private protected FusedLayer Fused(int position) => new(
        position,
        Layout.RegionOf(Architecture.Layers[position].Inputs[0]),
        Layout.RegionOf(position),
        Fusion.AddendOf(position) is int addend ? Layout.RegionOf(addend) : null,
        Fusion.AddendOf(position) is null ? null : model.Quantization?[position],
        Fusion.RangeOf(position),
        Fusion.Pools(position));

    /// <summary>The layer's parameters, after a check that there are as many weights as its kernel reads.</summary>
    internal LayerParameters ParametersOf(int position)
    {
        Layer layer = Architecture.Layers[position];
        LayerParameters parameters = model.Parameters[position]!;
        long taps = layer is Convolution convolution
            ? (long)convolution.Window.Height * convolution.Window.Width * convolution.ChannelsPerGroup
            : ((FullyConnected)layer).InputCount;
        if (taps * layer.OutputShape.Channels == parameters.Weights.Length) return parameters;
        throw new ModelFormatException(
            $"model '{Architecture.Name}': layer '{layer.Name}' has {parameters.Weights.Length} weights; "
            + $"expected {taps * layer.OutputShape.Channels}");
    }

    private InferencePlan MakePlan(
        int firstOfHead, Step[] steps, Region[] outputs, Region output, int workspace, bool sharesScratch)
    {
        bool endsInSoftmax = firstOfHead < Architecture.Layers.Length && Architecture.Layers[^1] is Softmax;
        HeadStep[] head = MakeHead(firstOfHead);

        // One image's outputs are read where they are.
        bool isInPlace = sharesScratch && head.Length == 0;
        long headFloats = isInPlace ? 0 : NetworkHead.Floats(head, output.Shape.Length);
        Budget.Take(sizeof(float) * (long)workspace, "the workspace of its convolutions");
        Budget.Take(sizeof(float) * headFloats, "its outputs");
        int end = NetworkHead.WholeLines(Layout.Length + workspace);
        return new InferencePlan(
            MakeInputLoader(Layout.RegionOf(Layer.NetworkInput)),
            steps,
            sharesScratch ? null : Layout.FilledBorders,
            outputs,
            output,
            new NetworkHead(head, endsInSoftmax, output.Shape.Length, isInPlace ? output.Offset : end),
            end + (int)headFloats);
    }

    private bool NeedsStep(int position) => !Fusion.IsFused(position) && !Layout.IsView(position);
}
