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

    // A plan holds a few bytes for each pixel; those of a search have 6 million at most.
    private const long MaxCachedPixels = 30_000_000;

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
    /// <exception cref="ModelFormatException">The model takes more memory or operations for such an image than it may.</exception>
    public (InferencePlan Plan, ScratchPool Scratch) For(int height, int width)
    {
        lock (_lock)
        {
            int i = 0;
            while (i < _plans.Count && (_plans[i].Height != height || _plans[i].Width != width)) i++;
            (InferencePlan plan, ScratchPool scratch) = i < _plans.Count ? (_plans[i].Plan, _plans[i].Scratch) : Compile(height, width);
            if (i == 0 && _plans.Count > 0) return (plan, scratch);
            if (i < _plans.Count) _plans.RemoveAt(i);
            else LetGo(height * width);
            _plans.Insert(0, (height, width, plan, scratch));
            return (plan, scratch);
        }
    }

    // Those used longest ago, so that there is room for one more.
    private void LetGo(long pixels)
    {
        int kept = 0;
        for (; kept < Math.Min(_plans.Count, Capacity - 1); kept++)
        {
            pixels += _plans[kept].Height * _plans[kept].Width;
            if (pixels > MaxCachedPixels) break;
        }

        _plans.RemoveRange(kept, _plans.Count - kept);
    }

    private (InferencePlan Plan, ScratchPool Scratch) Compile(int height, int width)
    {
        Model sized = Sized(height, width);
        OperationCount.Check(sized.Architecture, (double)MaxOperationsPerPixel * Math.Max((long)height * width, MinPixels));
        bool shares = height * width > MaxPixelsWithOwnScratch;
        InferencePlan plan = PlanCompiler.Compile(sized, target, _filters, shares);
        return (plan, shares ? _scratch : new ScratchPool());
    }

    // What a layer may give is bounded.
    private Model Sized(int height, int width)
    {
        try
        {
            return model.WithInputSize(height, width);
        }
        catch (ArgumentException e)
        {
            throw new ModelFormatException($"model '{model.Architecture.Name}': {e.Message}", e);
        }
    }
}
