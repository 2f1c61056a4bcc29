using System.Diagnostics;

namespace MicroExpNet.Tests;

/// <summary>
/// The kernels' tests in a process whose switches hide instructions of this processor: the narrower kernels are compiled to other
/// instructions there than beside the wide ones.
/// </summary>
public class HiddenInstructionsTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    public async Task The_kernels_tests_pass_without(string variable)
    {
        // What they say of threads and allocations does not depend on instructions.
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
