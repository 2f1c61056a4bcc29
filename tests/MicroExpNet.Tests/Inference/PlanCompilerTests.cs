using System.Runtime.InteropServices;
using MicroExpNet.Inference;

namespace MicroExpNet.Tests.Inference;

public class PlanCompilerTests
{
    [Fact]
    public void The_best_instruction_set_is_the_last_of_those_supported_and_none_that_a_switch_hides()
    {
        InstructionSet[] supported = [.. PlanCompiler.Supported];
        Assert.Equal(supported[^1], PlanCompiler.Best);
        if (IsHidden("AVX512")) Assert.DoesNotContain(InstructionSet.Avx512, supported);
        if (IsHidden("AVX2")) Assert.True(supported[^1] is InstructionSet.Plain or InstructionSet.AdvSimd);
        if (IsHidden("HWIntrinsic")) Assert.Equal(InstructionSet.Plain, PlanCompiler.Best);

        // Every processor of this kind has it, so where it is missing, a test of it would pass unseen.
        if (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 && !IsHidden("HWIntrinsic")) Assert.Contains(InstructionSet.AdvSimd, supported);
    }

    private static bool IsHidden(string instructions) => Environment.GetEnvironmentVariable($"DOTNET_Enable{instructions}") == "0";
}
