using MicroExpNet.Architectures;
using MicroExpNet.Inference;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Detection;

/// <summary>Plans of one model for the sizes of images that were asked for last.</summary>
/// <param name="model">The model.</param>
/// <param name="instructionSet">What the plans are compiled for.</param>
internal sealed class PlanCache(Model model, InstructionSet instructionSet)
{
    // The images of a few sizes of pictures.
    private const int Capacity = 32;

    // Scratch memory of all plans together for one search at a time, 256 MiB; the plan used last stays whatever it needs.
    private const long MaxScratch = 1L << 26;

    private readonly Lock _lock = new();
    private readonly FilterCache _filters = new(model.Architecture.Layers.Length);
    private readonly Dictionary<(int Height, int Width), LinkedListNode<((int Height, int Width) Size, SizedPlan Plan)>> _nodes = [];
    private readonly LinkedList<((int Height, int Width) Size, SizedPlan Plan)> _byUse = [];
    private long _scratch;

    /// <summary>The plan for a size; compiled where it is not at hand.</summary>
    public SizedPlan For(int height, int width)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue((height, width), out LinkedListNode<((int Height, int Width) Size, SizedPlan Plan)>? node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                return node.Value.Plan;
            }

            Model sized = model.WithInputSize(height, width);
            InferencePlan plan = PlanCompiler.Compile(sized, instructionSet, _filters);
            TensorShape output = sized.Architecture.Output;
            SizedPlan made = new(plan, new ScratchPool(plan.ScratchLength), output.Height, output.Width);
            _nodes[(height, width)] = _byUse.AddFirst(((height, width), made));
            _scratch += plan.ScratchLength;
            while (_byUse.Count > Capacity || (_scratch > MaxScratch && _byUse.Count > 1)) Forget(_byUse.Last!);
            return made;
        }
    }

    private void Forget(LinkedListNode<((int Height, int Width) Size, SizedPlan Plan)> node)
    {
        _scratch -= node.Value.Plan.Plan.ScratchLength;
        _nodes.Remove(node.Value.Size);
        _byUse.Remove(node);
    }
}
