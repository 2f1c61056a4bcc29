using System.Diagnostics;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Tests;

/// <summary>
/// The kernels' tests in a process that sees fewer instructions than this processor has: there the compiler makes other code of the
/// narrower kernels.
/// </summary>
public class HiddenInstructionsTests
{
    /// <summary>The variables that hide an instruction set of this processor.</summary>
    public static TheoryData<string> Variables =>
        [.. KernelTarget.Supported.Select(target => target.HidingVariable).OfType<string>().Distinct()];

    [Theory]
    [MemberData(nameof(Variables))]
    public async Task The_kernels_tests_pass_without(string variable)
    {
        // Tests of threads and allocations do not depend on instructions.
        string[] arguments =
        [
            typeof(HiddenInstructionsTests).Assembly.Location, "--no-ansi", "--filter-namespace", "MicroExpNet.Tests.Inference*",
            "--filter-not-method", "*.Many_threads_at_once_get_the_answers_of_one", "*.After_the_first_call_nothing_is_allocated",
        ];
        ProcessStartInfo start = new("dotnet", arguments) { RedirectStandardOutput = true };
        start.Environment[variable] = "0";
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("succeeded: ", output, StringComparison.Ordinal);
    }
}
