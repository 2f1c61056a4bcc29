namespace MicroExpNet.Cli.Tests;

public sealed class HelpTests
{
    [Fact]
    public async Task The_bare_command_shows_the_commands()
    {
        Mexp run = await Mexp.RunAsync();

        Assert.Equal(ExitCode.Success, run.ExitCode);
        foreach (string command in new[] { "predict <PATH>", "import <CHECKPOINT>", "inspect <MODEL>" }) Assert.Contains(command, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("predict")]
    [InlineData("import")]
    [InlineData("inspect")]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("teach")]
    [InlineData("crossvalidate")]
    [InlineData("sweep")]
    [InlineData("augment")]
    [InlineData("compose")]
    [InlineData("train-detector")]
    [InlineData("evaluate-detector")]
    [InlineData("bench")]
    public async Task Every_command_has_examples_and_exit_codes_in_its_help(string command)
    {
        Mexp run = await Mexp.RunAsync(command, "--help");

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Contains("Examples:\n  mexp " + command, run.Output, StringComparison.Ordinal);
        Assert.Contains("Exit codes:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_a_name_and_a_number()
    {
        Assert.Matches(@"^mexp \d+\.\d+\.\d+\S*\n$", (await Mexp.RunAsync("--version")).Output.Replace("\r", "", StringComparison.Ordinal));
    }
}
