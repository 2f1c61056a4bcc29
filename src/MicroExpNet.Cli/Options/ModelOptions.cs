using System.CommandLine;
using MicroExpNet.Models;

namespace MicroExpNet.Cli.Options;

/// <summary>The options that name a model and say what its file does not.</summary>
internal sealed class ModelOptions
{
    /// <summary>What may be given for a model.</summary>
    public const string Kinds = "an ONNX file, a TensorFlow checkpoint (its folder, prefix or .index file), or a built-in model's name";

    private readonly Option<string> _model;
    private readonly ModelFactOptions _facts = new();

    private readonly Option<long> _maxOperations = OptionFactory.MaxOperations(
        "a network", "image", new InferenceOptions().MaxOperations);

    /// <summary>Describes the options.</summary>
    /// <param name="fallback">What is used where no model is named.</param>
    public ModelOptions(string fallback) =>
        _model = new Option<string>("--model") { HelpName = "MODEL", Description = $"The model: {Kinds}. [default: {fallback}]" };

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> Options => [_model, .. _facts.Options, _maxOperations];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_model);
        _facts.AddTo(command);
        command.Add(_maxOperations);
    }

    /// <summary>The model that the option names; null where it is not given.</summary>
    public string? Name(ParseResult parsed) => parsed.GetValue(_model);

    /// <summary>The model that was named, by the option or the environment; null where none was.</summary>
    public string? Name(ParseResult parsed, Terminal terminal) =>
        Name(parsed) ?? (terminal.EnvironmentVariable(ModelSource.Variable) is { Length: > 0 } named ? named : null);

    /// <summary>The files of the model that was named.</summary>
    public IEnumerable<string> Files(ParseResult parsed, Terminal terminal) =>
        Name(parsed, terminal) is { } name ? ModelSource.Files(name) : [];

    /// <summary>What networks are accepted.</summary>
    public InferenceOptions Inference(ParseResult parsed) => new() { MaxOperations = parsed.GetValue(_maxOperations) };

    /// <inheritdoc cref="ModelFactOptions.Apply"/>
    public Model Apply(ParseResult parsed, Model model, string name) => _facts.Apply(parsed, model, name);
}
