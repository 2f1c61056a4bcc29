using MicroExpNet.Architectures;
using MicroExpNet.Inference;
using MicroExpNet.Models;

namespace MicroExpNet.Detection;

/// <summary>Plans of one model for the sizes of images that were asked for last.</summary>
/// <param name="model">The model.</param>
/// <param name="instructionSet">What the plans are compiled for.</param>
internal sealed class PlanCache(Model model, InstructionSet instructionSet)
{
    // The images of a few sizes of pictures.
    private const int Capacity = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<(int Height, int Width), LinkedListNode<((int Height, int Width) Size, SizedPlan Plan)>> _nodes = [];
    private readonly LinkedList<((int Height, int Width) Size, SizedPlan Plan)> _byUse = [];

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

            if (_byUse.Count == Capacity)
            {
                _nodes.Remove(_byUse.Last!.Value.Size);
                _byUse.RemoveLast();
            }

            Model sized = model.WithInputSize(height, width);
            InferencePlan plan = PlanCompiler.Compile(sized, instructionSet);
            TensorShape output = sized.Architecture.Output;
            SizedPlan made = new(plan, new ScratchPool(plan.ScratchLength), output.Height, output.Width);
            _nodes[(height, width)] = _byUse.AddFirst(((height, width), made));
            return made;
        }
    }
}
