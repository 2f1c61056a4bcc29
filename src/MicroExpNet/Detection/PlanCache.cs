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

    // Work grows with the pixels: a few hundred operations each in the shipped detector.
    private const int MaxOperationsPerPixel = 10_000;
    private const int MinPixels = 1 << 16;

    // Plans for crops run many times in each search: with scratch memory of their own, borders are written once.
    private const int MaxPixelsWithOwnScratch = 72 * 72;

    private readonly Lock _lock = new();
    private readonly FilterCache _filters = new(model.Architecture.Layers.Length);

    // The one used last comes first.
    private readonly List<(int Height, int Width, InferencePlan Plan, ScratchPool Scratch)> _plans = new(Capacity);

    // Of all but the smallest plans: a search uses one after another.
    private readonly ScratchPool _scratch = new();

    /// <summary>The plan for an image size, compiled if it is not in the cache, and the scratch memory that it works in.</summary>
    public (InferencePlan Plan, ScratchPool Scratch) For(int height, int width)
    {
        lock (_lock)
        {
            int i = 0;
            while (i < _plans.Count && (_plans[i].Height != height || _plans[i].Width != width)) i++;
            (InferencePlan plan, ScratchPool scratch) = i < _plans.Count ? (_plans[i].Plan, _plans[i].Scratch) : Compile(height, width);
            if (i == 0 && _plans.Count > 0) return (plan, scratch);
            if (i < _plans.Count) _plans.RemoveAt(i);
            else if (i == Capacity) _plans.RemoveAt(i - 1);
            _plans.Insert(0, (height, width, plan, scratch));
            return (plan, scratch);
        }
    }

    private (InferencePlan Plan, ScratchPool Scratch) Compile(int height, int width)
    {
        Model sized = model.WithInputSize(height, width);
        OperationCount.Check(sized.Architecture, (double)MaxOperationsPerPixel * Math.Max((long)height * width, MinPixels));
        bool shares = height * width > MaxPixelsWithOwnScratch;
        InferencePlan plan = PlanCompiler.Compile(sized, target, _filters, shares);
        return (plan, shares ? _scratch : new ScratchPool());
    }
}
