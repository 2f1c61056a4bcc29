using System.CommandLine;
using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Cli.Options;

/// <summary>The options that say what a model's card says in words.</summary>
internal sealed class CardOptions
{
    private readonly Option<string> _name = new("--name")
    {
        HelpName = "NAME",
        Description = "What the model is called. [default: its network's name]",
    };
    private readonly Option<string> _description = new("--description")
    {
        HelpName = "TEXT",
        Description = "What the model is, for its card.",
    };
    private readonly Option<string> _license = new("--license") { HelpName = "NAME", Description = "The model's licence, for its card." };
    private readonly Option<string> _source = new("--source")
    {
        HelpName = "TEXT",
        Description = "Who made it and where it comes from, for its card.",
    };

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> Options => [_name, _description, _license, _source];

    public void AddTo(Command command)
    {
        foreach (Option option in Options) command.Add(option);
    }

    /// <summary>The entries of a file's metadata that were given: those of the card, by their keys.</summary>
    public IEnumerable<KeyValuePair<string, string>> Entries(ParseResult parsed)
    {
        (string Key, Option<string> Option)[] all = [
            ("architecture", _name), ("description", _description), ("license", _license), ("source", _source)];
        return all.Where(one => parsed.GetValue(one.Option) is not null)
            .Select(one => KeyValuePair.Create(one.Key, parsed.GetValue(one.Option)!));
    }

    /// <summary>A model under the name and with the words that were given.</summary>
    public Model Apply(ParseResult parsed, Model model)
    {
        Architecture own = model.Architecture;
        Architecture named = new(parsed.GetValue(_name) ?? own.Name, own.Input, own.Layers, own.Labels);
        return new Model(named, model.Parameters, model.Card with
        {
            Description = parsed.GetValue(_description) ?? model.Card.Description,
            License = parsed.GetValue(_license) ?? model.Card.License,
            Source = parsed.GetValue(_source) ?? model.Card.Source,
        }, model.Quantization);
    }
}
