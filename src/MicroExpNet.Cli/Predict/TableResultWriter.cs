using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MicroExpNet.Vision;
using Spectre.Console.Rendering;

namespace MicroExpNet.Cli.Predict;

/// <summary>
/// Results as columns for a person, a row a face, each written as it comes; the names' column is as wide as the longest name, or as the
/// terminal leaves room for. A picture that failed has its line on standard error instead. A terminal gets colours; text for a file or a
/// program is written as it is, without Spectre.Console, whose types take a part of a short run.
/// </summary>
internal sealed class TableResultWriter : IResultWriter
{
    private const int MinExpressionWidth = 10;
    private const int MaxExpressionWidth = 24;
    private const int PercentWidth = 7;
    private const int LongBar = 10;
    private const int ShortBar = 4;
    private const int BoxWidth = 19;
    private const int TimeWidth = 7;
    private const string Gap = "  ";
    private const int OtherColumns = PercentWidth + BoxWidth + TimeWidth + 8;
    private const int ShortestName = 12;

    private readonly ColoredTerminal? _colors;
    private readonly TextWriter? _plain;
    private readonly int _nameWidth;
    private readonly int _barLength;
    private readonly int _expressionWidth;

    /// <summary>Starts with the header.</summary>
    /// <param name="terminal">The streams.</param>
    /// <param name="output">Where to.</param>
    /// <param name="isTerminal">Whether a person reads it.</param>
    /// <param name="inputs">All pictures, for the width of their names.</param>
    /// <param name="labels">The model's classes, for the width of theirs.</param>
    public TableResultWriter(
        Terminal terminal, Stream output, bool isTerminal, IReadOnlyList<PictureInput> inputs, ImmutableArray<string> labels)
    {
        if (isTerminal) _colors = new ColoredTerminal(terminal, output);
        else _plain = Terminal.OpenText(output);
        _expressionWidth = Math.Clamp(labels.Max(label => Width(Message.OneLine(label))), MinExpressionWidth, MaxExpressionWidth);
        int longest = inputs.Count == 0 ? 0 : inputs.Max(input => Width(Message.OneLine(input.Name)));
        int room = (isTerminal ? terminal.Width : Terminal.Unlimited) - OtherColumns - _expressionWidth - 1;
        _barLength = room >= LongBar + ShortestName ? LongBar : ShortBar;
        _nameWidth = Math.Clamp(longest, "file".Length, Math.Max(ShortestName, room - _barLength));
        string header = string.Join(
            Gap, "file".PadRight(_nameWidth), "expression".PadRight(_expressionWidth), "probability".PadRight(_barLength + PercentWidth),
                "box".PadRight(BoxWidth), "ms".PadLeft(TimeWidth));
        WriteLine((header, Look.Bold));
    }

    /// <inheritdoc/>
    public void Write(PictureResult result)
    {
        string name = Shorten(Message.OneLine(result.Input.Name));
        name += new string(' ', Math.Max(0, _nameWidth - Width(name)));
        if (result.Faces.Count == 0 && result.Error is null)
        {
            int middle = _expressionWidth + Gap.Length + _barLength + PercentWidth + Gap.Length;
            WriteLine(
                (name + Gap, Look.Plain), ("no face found".PadRight(middle + BoxWidth) + Gap, Look.Grey),
                (Time(result).PadLeft(TimeWidth), Look.Grey));
        }

        for (int i = 0; i < result.Faces.Count; i++)
        {
            ClassifiedFace face = result.Faces[i];
            string box = face.Box is FaceBox b ? $"{b.X},{b.Y},{b.Width},{b.Height}" : "whole picture";

            // The time is the picture's; a second face of it has none of its own.
            string time = i == 0 ? Time(result) : "";
            int filled = (int)Math.Round(face.Scores.TopProbability * _barLength);
            string percent = (face.Scores.TopProbability * 100).ToString("0.0", CultureInfo.InvariantCulture) + "%";
            WriteLine(
                (name + Gap, Look.Plain),
                (Padded(Message.OneLine(face.Scores.Top)) + Gap, Look.Bold),
                (new string('█', filled), Look.Green),
                (new string('░', _barLength - filled), Look.Grey),
                (percent.PadLeft(PercentWidth) + Gap + box.PadRight(BoxWidth) + Gap, Look.Plain),
                (time.PadLeft(TimeWidth), Look.Grey));
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
        // Nothing closes a table.
    }

    private void WriteLine(params (string Text, Look Look)[] parts)
    {
        if (_colors is null) _plain!.WriteLine(string.Concat(Array.ConvertAll(parts, part => part.Text)));
        else _colors.WriteLine(parts);
    }

    private string Padded(string label) => label + new string(' ', Math.Max(0, _expressionWidth - Width(label)));

    private static string Time(PictureResult result) => result.Elapsed.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);

    private string Shorten(string name)
    {
        if (Width(name) <= _nameWidth) return name;
        int start = name.Length;
        for (int width = 1; start > 0; start--)
        {
            width += Width(name[start - 1].ToString());
            if (width > _nameWidth) break;
        }

        return "…" + name[start..];
    }

    // A Chinese or Japanese letter takes two columns.
    private static int Width(string text) => Ascii.IsValid(text) ? text.Length : Cells(text);

    private static int Cells(string text) => Segment.CellCount([new Segment(text)]);
}
