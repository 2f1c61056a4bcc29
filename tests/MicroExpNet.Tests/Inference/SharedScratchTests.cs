using System.Runtime.InteropServices;
using CsCheck;
using MicroExpNet.Architectures;
using MicroExpNet.Inference;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;
using MicroExpNet.Tests.Models;

namespace MicroExpNet.Tests.Inference;

/// <summary>Plans whose regions share memory, in scratch memory that others have used.</summary>
public sealed class SharedScratchTests
{
    [Fact]
    public void Any_network_gives_the_same_bits_whatever_lies_in_the_memory() => RandomModels.Any.Sample(AssertSame, iter: 300);

    [Fact]
    public void Any_network_of_8_bits_does() =>
        RandomModels.Any.Select(Gen.Int[0, 1000], (model, seed) => QuantizedModels.Of(model, seed, maxWeight: 63))
            .Sample(AssertSame, iter: 300);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_detector_of_any_size_does(bool isQuantized) => Gen.Select(Gen.Int[1, 20], Gen.Int[1, 20], Gen.Int[0, 1000]).Sample(
        (rows, columns, seed) =>
        {
            Model floats = RandomModels.Fill(DetectorArchitectures.Detector("any", 16, [32, 48]), seed);
            Model model = isQuantized ? QuantizedModels.Of(floats, seed, maxWeight: 63) : floats;
            AssertSame(model.WithInputSize(FaceDetector.Stride * rows, FaceDetector.Stride * columns));
        },
        iter: 40);

    [Fact]
    public void The_largest_level_of_a_photo_takes_less_than_three_bytes_a_pixel()
    {
        const int height = 1512, width = 2272;
        Model model = Model.Load(ShippedModels.DetectorName).WithInputSize(height, width);
        KernelTarget target = KernelTarget.Supported[0];
        long shared = sizeof(float) * (long)CompileShared(model, target).ScratchLength;
        Assert.InRange(shared, 1, 3L * height * width);
        Assert.True(shared < sizeof(float) * (long)PlanCompiler.Compile(model, target).ScratchLength / 2, $"{shared} bytes");
    }

    [Fact]
    public void A_memory_that_is_too_short_gives_way_to_a_longer_one()
    {
        Model model = Model.Load(ShippedModels.DetectorName);
        KernelTarget target = KernelTarget.Supported[0];
        InferencePlan small = CompileShared(model.WithInputSize(48, 48), target);
        InferencePlan large = CompileShared(model.WithInputSize(96, 96), target);
        ScratchPool pool = new();
        AlignedMemory<float> first = pool.Rent(small);
        pool.Return(first);
        AlignedMemory<float> second = pool.Rent(large);
        Assert.True(second.Length >= large.ScratchLength);
        pool.Return(second);

        // Between guard pages, every plan has memory of just its length.
        bool isGuarded = typeof(AlignedMemory<float>).GetMethod("CheckGuards") is not null;
        Assert.Equal(!isGuarded, ReferenceEquals(second, pool.Rent(small)));
    }

    private static InferencePlan CompileShared(Model model, KernelTarget target) =>
        PlanCompiler.Compile(model, target, sharesScratch: true);

    private static void AssertSame(Model model)
    {
        TensorShape input = model.Architecture.Input, output = model.Architecture.Output;
        float[] image = RandomModels.Image(input, 1, seed: 1);
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            InferencePlan own = PlanCompiler.Compile(model, target), shared = CompileShared(model, target);
            float[] expected = new float[output.Length], actual = new float[output.Length];
            Run(own, own.NewScratch(), expected);
            foreach (byte content in (byte[])[0, 0xFF, 0x55])
            {
                AlignedMemory<float> scratch = shared.NewScratch();
                MemoryMarshal.AsBytes(scratch.Span).Fill(content);
                Run(shared, scratch, actual);
                Assert.Equal(expected, actual);
            }
        }

        void Run(InferencePlan plan, AlignedMemory<float> scratch, float[] outputs)
        {
            plan.LoadInput(image, scratch);
            plan.RunImage(scratch, 0);
            plan.RunHead(scratch, 1, outputs);
        }
    }
}
