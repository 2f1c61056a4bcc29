using System.Runtime.CompilerServices;
using MicroExpNet.Detection;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Tests.Detection;

public class PlanCacheTests
{
    // Strips of 3.6 million pixels, as many as the first level of a large photo, and small images.
    [Theory]
    [InlineData(60, 60_000, true)]
    [InlineData(60, 600, false)]
    public void Plans_are_kept_for_a_number_of_sizes_and_of_pixels(int height, int width, bool isLetGo)
    {
        PlanCache cache = new(SquareDetector.Model, KernelTarget.Best);
        WeakReference first = PlanOf(cache, height, width);
        for (int i = 1; i < 20; i++) PlanOf(cache, height, width - (16 * i));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.Equal(isLetGo, !first.IsAlive);
        GC.KeepAlive(cache);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference PlanOf(PlanCache cache, int height, int width) => new(cache.For(height, width).Plan);
}
