using System.Runtime.InteropServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Tests.Inference;

public class KernelTargetTests
{
    [Fact]
    public void Wider_vectors_come_first_and_every_processor_supports_the_last()
    {
        Assert.Equal(KernelTarget.Supported.OrderByDescending(target => target.Count), KernelTarget.Supported);
        Assert.Equal(1, KernelTarget.Supported[^1].Count);
        Assert.Same(KernelTarget.Supported[0], KernelTarget.Best);
        Assert.Equal(KernelTarget.Best.Name, Network.InstructionSet);
    }

    [Fact]
    public void What_an_environment_variable_hides_is_not_supported() =>
        Assert.DoesNotContain(KernelTarget.Supported, target => target.HidingVariable is { } variable && IsHidden(variable));

    // Every processor of its kind has it: were it missing, a test of it would pass unseen.
    [Fact]
    public void Vectors_of_128_bits_are_supported()
    {
        Assert.SkipWhen(IsHidden("DOTNET_EnableHWIntrinsic"), "hidden");
        string expected = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "AdvSIMD" : "128-bit vectors";
        Assert.Contains(expected, KernelTarget.Supported.Select(target => target.Name));
    }

    private static bool IsHidden(string variable) => Environment.GetEnvironmentVariable(variable) == "0";
}
