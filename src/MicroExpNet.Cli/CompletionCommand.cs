using System.CommandLine;
using MicroExpNet.Cli.Options;

namespace MicroExpNet.Cli;

/// <summary>The arguments of <c>mexp completion</c>: a script for each shell that asks the command itself what may come next.</summary>
internal static class CompletionCommand
{
    private const string Examples = """
        Examples:
          mexp completion bash > ~/.local/share/bash-completion/completions/mexp
          mexp completion zsh > ~/.zfunc/_mexp
              a folder in zsh's fpath, before compinit
          mexp completion fish > ~/.config/fish/completions/mexp.fish
          mexp completion pwsh >> $PROFILE

        Exit codes: 0 written; 2 the command itself is wrong.

        """;

    private const string Bash = """
        _mexp() {
            local line="${COMP_LINE:0:COMP_POINT}"
            line="${line#* }"
            COMPREPLY=($(compgen -W "$(mexp "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _mexp mexp
        """;

    // From a folder of functions, the file is the function that is called at the first completion; from a start file, it is read before.
    private const string Zsh = """
        #compdef mexp
        _mexp() {
            local line="${BUFFER[1,CURSOR]#* }"
            local -a words
            words=("${(@f)$(mexp "[suggest:${#line}]" "$line" 2>/dev/null)}")
            [[ -n "${words[1]}" ]] && compadd -a words
            _files
        }
        if [[ "$funcstack[1]" = _mexp ]]; then _mexp "$@"; else compdef _mexp mexp; fi
        """;

    private const string Fish = """
        function __mexp_complete
            set -l line (string replace -r '^\S+ ' '' -- (commandline -cp))
            mexp "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c mexp -a '(__mexp_complete)'
        """;

    // A blank before a new word is no part of the command, and the cursor counts from the start of the whole input.
    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName mexp -ScriptBlock {
            param($word, $tree, $position)
            $end = $position - $tree.Extent.StartOffset
            $line = "$tree".PadRight($end).Substring(0, $end) -replace '^\S+ ', ''
            mexp "[suggest:$($line.Length)]" "$line" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }
        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        (string Shell, string Script)[] scripts = [("bash", Bash), ("zsh", Zsh), ("fish", Fish), ("pwsh", PowerShell)];
        Argument<string> shell = new("SHELL")
        {
            Description = string.Join(", ", scripts.Select(one => one.Shell)) + ".",
            CustomParser = OptionValue.OneOf(scripts),
            CompletionSources = { _ => scripts.Select(one => new System.CommandLine.Completions.CompletionItem(one.Shell)) },
        };
        CommandWithExamples command = new(
            "completion", "Prints a script that completes mexp's commands and options in a shell.", Examples) { shell };
        command.SetAction(parsed =>
        {
            terminal.OutputText.WriteLine(parsed.GetValue(shell)!.ReplaceLineEndings("\n"));
            return ExitCode.Success;
        });
        return command;
    }
}
