using MicroExpNet.Architectures;
using MicroExpNet.Inference;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Detection;

/// <summary>The plans of one model for the image sizes used last.</summary>
/// <param name="model">The model.</param>
/// <param name="target">The instruction set that the plans are compiled for.</param>
internal sealed class PlanCache(Model model, KernelTarget target)
{
    // The pyramid levels of images of a few sizes, for detectors of a few smallest faces (FaceDetector.With).
    private const int Capacity = 64;

    // Floats of scratch memory of all plans for one search at a time, 256 MiB; the plan used last stays, however much it needs.
    private const long MaxScratch = 1L << 26;

    // Work grows with the pixels: a few hundred operations each in the shipped detector.
    private const int MaxOperationsPerPixel = 10_000;
    private const int MinPixels = 1 << 16;

    private readonly Lock _lock = new();
    private readonly FilterCache _filters = new(model.Architecture.Layers.Length);
    private readonly Dictionary<(int Height, int Width), LinkedListNode<((int Height, int Width) Size, SizedPlan Plan)>> _nodes = [];
    private readonly LinkedList<((int Height, int Width) Size, SizedPlan Plan)> _byUse = [];
    private long _scratch;

    /// <summary>The plan for an image size; compiled if it is not in the cache.</summary>
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
            OperationCount.Check(sized.Architecture, (Int128)MaxOperationsPerPixel * Math.Max((long)height * width, MinPixels));
            InferencePlan plan = PlanCompiler.Compile(sized, target, _filters);
            TensorShape output = sized.Architecture.Output;
            SizedPlan compiled = new(plan, new ScratchPool(plan), output.Height, output.Width);
            _nodes[(height, width)] = _byUse.AddFirst(((height, width), compiled));
            _scratch += plan.ScratchLength;
            while (_byUse.Count > Capacity || (_scratch > MaxScratch && _byUse.Count > 1)) Remove(_byUse.Last!);
            return compiled;
        }
    }

    private void Remove(LinkedListNode<((int Height, int Width) Size, SizedPlan Plan)> node)
    {
        _scratch -= node.Value.Plan.Plan.ScratchLength;
        _nodes.Remove(node.Value.Size);
        _byUse.Remove(node);
    }
}
