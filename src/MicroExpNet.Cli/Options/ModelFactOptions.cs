using System.Collections.Immutable;
using System.CommandLine;
using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Cli.Options;

/// <summary>The options that say of a model what its file does not: what its outputs mean and how it reads pixels.</summary>
internal sealed class ModelFactOptions
{
    private readonly Option<string> _labels = new("--labels")
    {
        HelpName = "a,b,c",
        Description = "What the model's outputs mean, in their order. [default: what its file says]",
    };

    private readonly Option<double?> _scale = new("--scale")
    {
        HelpName = "S",
        Description = "The model reads pixels of 0 to 255 times this. [default: what its file says, or 1]",
        CustomParser = result => OptionValue.Between(-1000, 1000)(result),
    };

    private readonly Option<double?> _offset = new("--offset")
    {
        HelpName = "O",
        Description = "And plus this. [default: what its file says, or 0]",
        CustomParser = result => OptionValue.Between(-100_000, 100_000)(result),
    };

    private readonly Option<bool> _rgb = new("--rgb")
    {
        Description = "The model reads colour, red first. [default: what its file says, or grey]",
    };

    private readonly Option<bool> _bgr = new("--bgr") { Description = "The model reads colour, blue first." };

    private readonly PreparationOptions _preparation = new();

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> Options => [_labels, _scale, _offset, _rgb, _bgr, .. _preparation.Options];

    /// <summary>Those of the options that only models read which this library runs itself.</summary>
    public IReadOnlyList<Option> OwnModelOptions => [_rgb, _bgr, .. _preparation.Options];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in Options) command.Add(option);
    }

    /// <summary>The labels that were given; null where none were.</summary>
    public ImmutableArray<string>? Labels(ParseResult parsed) =>
        parsed.GetValue(_labels) is { } text ? [.. text.Split(',', StringSplitOptions.TrimEntries)] : null;

    /// <summary>The factor and the sum for pixels that were given, each null where it was not.</summary>
    public (float? Scale, float? Offset) PixelScaling(ParseResult parsed) =>
        ((float?)parsed.GetValue(_scale), (float?)parsed.GetValue(_offset));

    /// <summary>A model with what the options say of it.</summary>
    /// <param name="parsed">The command's arguments.</param>
    /// <param name="model">The model.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="CommandException">It has another number of outputs, or of channels.</exception>
    public Model Apply(ParseResult parsed, Model model, string name)
    {
        Architecture own = model.Architecture;
        if (Labels(parsed) is { } labels)
        {
            int outputs = own.Labels.Length;
            if (labels.Length != outputs)
            {
                throw new CommandException(
                    ExitCode.WrongCommand, $"{name}: --labels gives {labels.Length} names for {outputs} outputs; expected one for each");
            }
            try
            {
                own = new Architecture(own.Name, own.Input, own.Layers, labels);
            }
            catch (ArgumentException e)
            {
                throw new CommandException(ExitCode.WrongCommand, $"{name}: --labels: {Message.WithoutParameter(e)}");
            }
        }

        if (parsed.GetValue(_rgb) && parsed.GetValue(_bgr))
        {
            throw new CommandException(ExitCode.WrongCommand, "--rgb and --bgr contradict each other; give one");
        }
        ModelCard card = _preparation.Apply(parsed, model.Card) with
        {
            PixelScale = (float?)parsed.GetValue(_scale) ?? model.Card.PixelScale,
            PixelOffset = (float?)parsed.GetValue(_offset) ?? model.Card.PixelOffset,
            InputFormat = parsed.GetValue(_rgb) ? PixelFormat.Rgb24 : parsed.GetValue(_bgr) ? PixelFormat.Bgr24 : model.Card.InputFormat,
        };
        if (card.InputFormat != model.Card.InputFormat && card.FindFault(own.Input) is { } fault)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{name}: {fault}");
        }

        return own == model.Architecture && card == model.Card ? model : new Model(own, model.Parameters, card, model.Quantization);
    }
}
