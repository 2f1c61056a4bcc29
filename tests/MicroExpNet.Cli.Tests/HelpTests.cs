namespace MicroExpNet.Cli.Tests;

public sealed class HelpTests
{
    [Fact]
    public async Task The_bare_command_shows_the_commands()
    {
        Mexp run = await Mexp.RunAsync();

        Assert.Equal(ExitCode.Success, run.ExitCode);
        foreach (string command in new[] { "predict <PATH>", "import <MODEL>", "inspect <MODEL>" })
        {
            Assert.Contains(command, run.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("predict")]
    [InlineData("video")]
    [InlineData("camera")]
    [InlineData("label")]
    [InlineData("blur")]
    [InlineData("explain")]
    [InlineData("compare")]
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
    [InlineData("cut-candidates")]
    [InlineData("evaluate-detector")]
    [InlineData("bench")]
    [InlineData("quantize")]
    [InlineData("completion")]
    [InlineData("serve")]
    public async Task Every_command_has_examples_and_exit_codes_in_its_help(string command)
    {
        Mexp run = await Mexp.RunAsync(command, "--help");

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Contains("Examples:\n  mexp " + command, run.Output, StringComparison.Ordinal);
        Assert.Contains("Exit codes:", run.Output, StringComparison.Ordinal);
        Assert.All(run.OutputLines, line => Assert.InRange(line.Split("[default").Length, 1, 2));

        // What is given with commas has a default with commas.
        Assert.DoesNotMatch(@"\[default: [^\]]*\|", run.Output);
        Assert.Equal(run.Output, (await Mexp.RunAsync("help", command)).Output);
    }

    [Theory]
    [InlineData("pre", "predict")]
    [InlineData("predict --for", "--format")]
    [InlineData("predict --format ", "json")]
    [InlineData("train --schedule ", "cosine")]
    [InlineData("completion ", "fish")]
    public async Task The_command_says_what_may_come_next(string line, string word)
    {
        Mexp run = await Mexp.RunAsync($"[suggest:{line.Length}]", line);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains(word, run.OutputLines.Select(one => one.TrimEnd('\r')));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _mexp mexp")]
    [InlineData("zsh", "#compdef mexp")]
    [InlineData("zsh", """if [[ "$funcstack[1]" = _mexp ]]; then _mexp "$@"; else compdef _mexp mexp; fi""")]
    [InlineData("fish", "complete -c mexp")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    [InlineData("pwsh", """$line = "$tree".PadRight($end).Substring(0, $end)""")]
    public async Task There_is_a_completion_script_for_each_shell(string shell, string line)
    {
        Mexp run = await Mexp.RunAsync("completion", shell);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains(line, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', run.Output);
    }

    [Fact]
    public async Task Bash_completes_with_its_script()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no bash");
        string script = $$"""
            mexp() { {{MexpProcess.ShellCommand}} "$@"; }
            eval "$(mexp completion bash)"
            COMP_LINE='mexp predict --annot'; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(mexp predict --annot); COMP_CWORD=2
            _mexp; echo "${COMPREPLY[@]}"
            """;
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true })!;
        Assert.Equal("--annotate", (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim());
    }

    [Fact]
    public async Task The_version_is_a_name_and_a_number()
    {
        Assert.Matches(@"^mexp \d+\.\d+\.\d+\S*\n$", (await Mexp.RunAsync("--version")).Output.Replace("\r", "", StringComparison.Ordinal));
    }
}
