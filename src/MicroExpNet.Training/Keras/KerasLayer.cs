using System.Text.Json;

namespace MicroExpNet.Training.Keras;

/// <summary>A layer of a Keras model, as its JSON describes it.</summary>
/// <param name="name">Its name.</param>
/// <param name="kind">Its class, e.g. <c>Conv2D</c>.</param>
/// <param name="config">Its settings.</param>
internal sealed class KerasLayer(string name, string kind, JsonElement config)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Its class, e.g. <c>Conv2D</c>.</summary>
    public string Kind => kind;

    /// <summary>The model that it is; null for an ordinary layer.</summary>
    public KerasGraph? Model { get; init; }

    /// <summary>For each call of the layer, the values it reads: a layer's name and the number of that layer's call.</summary>
    public required IReadOnlyList<IReadOnlyList<(string Layer, int Call)>> Calls { get; set; }

    /// <summary>
    /// The number that others give its first call: 0, but 1 for most nested models, as building a model is a call of it too.
    /// </summary>
    public int FirstCall { get; set; }

    /// <summary>An error of this layer.</summary>
    /// <param name="message">What is wrong, and what would be right.</param>
    public ModelFormatException Fault(string message) => new($"layer '{Name}' ({Kind}): {message}");

    /// <summary>A setting; null where it is absent or null.</summary>
    public JsonElement? Setting(string setting) =>
        config.TryGetProperty(setting, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A setting that is a text.</summary>
    public string Text(string setting, string otherwise) => Setting(setting) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.String } value => value.GetString()!,
        { } value => throw Fault($"'{setting}' is {Shown(value)}; expected a name"),
    };

    /// <summary>A setting that is true or false.</summary>
    public bool Flag(string setting, bool otherwise) => Setting(setting) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Fault($"'{setting}' is {Shown(value)}; expected true or false"),
    };

    /// <summary>A setting that is a number; null where it is absent.</summary>
    public double? Number(string setting) => Setting(setting) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when double.IsFinite(value.GetDouble()) => value.GetDouble(),
        { } value => throw Fault($"'{setting}' is {Shown(value)}; expected a number"),
    };

    /// <summary>A setting that is a whole number; null where it is absent.</summary>
    public int? Integer(string setting) => Setting(setting) switch
    {
        null => null,
        { } value when AsInteger(value) is { } number => number,
        { } value => throw Fault($"'{setting}' is {Shown(value)}; expected a whole number"),
    };

    /// <summary>A setting that must be there, a positive whole number.</summary>
    public int Size(string setting) => Integer(setting) is { } size and > 0
        ? size
        : throw Fault($"its description has no '{setting}' above 0");

    /// <summary>A setting for rows and columns: two positive whole numbers, or one for both.</summary>
    public (int Y, int X) Pair(string setting, (int Y, int X)? otherwise = null)
    {
        if (Setting(setting) is not { } value)
        {
            return otherwise ?? throw Fault($"its description has no '{setting}'");
        }

        int[] sizes = Integers(value);
        return sizes is [int one] && one > 0 ? (one, one)
            : sizes is [int y, int x] && y > 0 && x > 0 ? (y, x)
            : throw Fault($"'{setting}' is {Shown(value)}; expected two numbers above 0");
    }

    /// <summary>The whole numbers of a setting, its lists taken apart; empty where one is no whole number.</summary>
    public static int[] Integers(JsonElement value)
    {
        List<int> numbers = [];
        return Collect(value) ? [.. numbers] : [];

        bool Collect(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array) return element.EnumerateArray().All(Collect);
            if (AsInteger(element) is not { } number) return false;
            numbers.Add(number);
            return true;
        }
    }

    /// <summary>A setting for messages.</summary>
    public static string Shown(JsonElement value)
    {
        const int longest = 60;
        string text = value.GetRawText();
        return text.Length <= longest ? text : text[..longest] + "…";
    }

    // Some versions write whole numbers as 1.0.
    private static int? AsInteger(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number == Math.Floor(number)
            && Math.Abs(number) <= int.MaxValue
            ? (int)number
            : null;
}
