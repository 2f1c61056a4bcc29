using MicroExpNet.Architectures;
using MicroExpNet.Inference;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;
using MicroExpNet.Tests.Models;

namespace MicroExpNet.Tests.Inference;

public sealed class FilterCacheTests
{
    // The detector of 8 bits, whose convolutions are done as tiles at some sizes and directly at others.
    [Fact]
    public void Plans_that_share_filters_compute_as_those_that_do_not()
    {
        Model model = Model.Load(ShippedModels.DetectorName);
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            FilterCache filters = new(model.Architecture.Layers.Length);
            foreach ((int height, int width) in ((int, int)[])[(240, 320), (24, 32), (96, 56), (11, 9), (240, 320)])
            {
                Model sized = model.WithInputSize(height, width);
                float[] shared = Run(PlanCompiler.Compile(sized, target, filters), sized);
                Assert.Equal(Run(PlanCompiler.Compile(sized, target), sized), shared);
            }
        }
    }

    [Fact]
    public void A_plan_for_another_size_takes_the_filters_that_are_there()
    {
        Model floats = RandomModels.Fill(DetectorArchitectures.Detector("any", 16, [32, 48]), seed: 1);
        Model model = QuantizedModels.Of(floats, seed: 1, maxWeight: 63);
        FilterCache filters = new(model.Architecture.Layers.Length);
        KernelTarget target = KernelTarget.Supported[0];
        long first = Allocated(() => PlanCompiler.Compile(model.WithInputSize(96, 96), target, filters));
        long second = Allocated(() => PlanCompiler.Compile(model.WithInputSize(96, 80), target, filters));
        Assert.True(second < first / 10, $"{second} bytes after {first}");
    }

    [Fact]
    public void Filters_for_other_tiles_and_scales_are_others()
    {
        FilterCache filters = new(2);
        string one = filters.Add("one", 0, 4, 0.5f), two = filters.Add("two", 0, 4, 0.25f), three = filters.Add("three", 1);
        Assert.Same(one, filters.Find<string>(0, 4, 0.5f));
        Assert.Same(two, filters.Find<string>(0, 4, 0.25f));
        Assert.Same(three, filters.Find<string>(1));
        Assert.Null(filters.Find<string>(0, 3, 0.5f));
        Assert.Null(filters.Find<string>(0));
        Assert.Null(filters.Find<FilterCache>(1));
    }

    private static float[] Run(InferencePlan plan, Model model)
    {
        TensorShape input = model.Architecture.Input, output = model.Architecture.Output;
        byte[] image = [.. Enumerable.Range(0, input.Length).Select(i => (byte)(i * 37 % 251))];
        float[] outputs = new float[output.Length];
        AlignedMemory<float> scratch = plan.NewScratch();
        plan.LoadInput(image, model.Card.PixelScale, model.Card.PixelOffset, scratch);
        plan.RunImage(scratch, 0);
        plan.RunHead(scratch, 1, outputs);
        return outputs;
    }

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
