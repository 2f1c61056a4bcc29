using System.CommandLine;

namespace MicroExpNet.Cli;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class CommandWithExamples : Command
{
    /// <summary>Describes the command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="examples">The last paragraphs of its help.</param>
    public CommandWithExamples(string name, string description, string examples)
        : base(name, description) => Examples = examples;

    /// <summary>The last paragraphs of its help.</summary>
    public string Examples { get; }

    /// <summary>Whether its arguments may look like options: they are those of another program.</summary>
    public bool PassesOptionsOn { get; init; }
}
