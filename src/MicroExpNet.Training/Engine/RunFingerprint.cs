using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using MicroExpNet.Architectures;
using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Training.Engine;

/// <summary>Everything that decides the bits of a run, part by part: a checkpoint is only resumed by a run with the same
/// fingerprint.</summary>
internal sealed class RunFingerprint
{
    // Longer values, such as a list of layers, are not quoted in a message.
    private const int QuotedLength = 40;

    /// <summary>Makes a fingerprint of named parts.</summary>
    /// <param name="parts">Each part's name and value.</param>
    public RunFingerprint(IEnumerable<(string Name, string Value)> parts) => Parts = [.. parts];

    /// <summary>The parts, in their order.</summary>
    public ImmutableArray<(string Name, string Value)> Parts { get; }

    /// <summary>The fingerprint of a run.</summary>
    /// <param name="options">The run's options, as JSON.</param>
    /// <param name="ignored">Options that do not change the bits.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="data">The run's data: name and hash.</param>
    public static RunFingerprint Of(
        JsonElement options, string[] ignored, Architecture architecture, IEnumerable<(string Name, string Value)> data)
    {
        List<(string, string)> parts = [];
        AddOptions(parts, "", options, ignored);
        parts.Add(("the network",
            string.Join(", ", architecture.Layers.Select(layer => $"{layer.Kind} {layer.Settings} {layer.OutputShape}"))));
        parts.AddRange(data);
        return new RunFingerprint(parts);
    }

    /// <summary>Names what differs from a saved run's fingerprint, or returns null where nothing does.</summary>
    /// <param name="saved">The saved run's fingerprint.</param>
    public string? DifferenceFrom(RunFingerprint saved)
    {
        Dictionary<string, string> others = saved.Parts.ToDictionary(part => part.Name, part => part.Value);
        string[] differences =
        [
            .. Parts.Where(part => !others.TryGetValue(part.Name, out string? value) || value != part.Value)
                .Select(part => Describe(part, others.GetValueOrDefault(part.Name))),
            .. others.Keys.Except(Parts.Select(part => part.Name)),
        ];
        return differences.Length == 0 ? null : string.Join("; ", differences);
    }

    private static string Describe((string Name, string Value) part, string? saved) =>
        saved is null || saved.Length + part.Value.Length > QuotedLength
        ? part.Name
        : $"{part.Name} {Shown(part.Name, saved)} there, {Shown(part.Name, part.Value)} here";

    // Choices are saved as numbers.
    private static string Shown(string name, string value) => name switch
    {
        "optimizer" when Enum.TryParse(value, out OptimizerKind kind) => kind.ToString().ToLowerInvariant(),
        "schedule" when Enum.TryParse(value, out ScheduleKind kind) => Words(kind.ToString()),
        _ => value,
    };

    private static void AddOptions(List<(string, string)> parts, string prefix, JsonElement options, string[] ignored)
    {
        foreach (JsonProperty property in options.EnumerateObject())
        {
            if (ignored.Contains(property.Name)) continue;
            string name = prefix + Words(property.Name);
            if (property.Value.ValueKind == JsonValueKind.Object) AddOptions(parts, $"{name} ", property.Value, []);
            else parts.Add((name, property.Value.GetRawText()));
        }
    }

    // LearningRate becomes "learning rate".
    private static string Words(string name)
    {
        StringBuilder words = new();
        foreach (char letter in name)
        {
            if (char.IsUpper(letter) && words.Length > 0) words.Append(' ');
            words.Append(char.ToLowerInvariant(letter));
        }

        return words.ToString();
    }
}
