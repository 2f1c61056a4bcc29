using System.Globalization;
using MicroExpNet.Vision;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MicroExpNet.Cli.Video;

/// <summary>The live view of a camera: a card for each face, with a bar for each expression.</summary>
internal static class CameraView
{
    private const int BarLength = 20;

    // More would not fit on a screen.
    private const int MaxFaces = 6;

    /// <summary>What is shown of a frame.</summary>
    /// <param name="device">The camera.</param>
    /// <param name="faces">The faces, largest first.</param>
    /// <param name="framesPerSecond">Frames recognised a second.</param>
    public static IRenderable Of(string device, IReadOnlyList<TrackedFace> faces, double framesPerSecond)
    {
        List<IRenderable> cards = [.. faces.Take(MaxFaces).Select(Card)];
        string count = faces.Count switch { 0 => "no face", 1 => "1 face", _ => $"{faces.Count} faces" };
        Text line = new(
            string.Create(CultureInfo.InvariantCulture, $"{Message.OneLine(device)}: {count}, {framesPerSecond:0} frames/s; q ends"));
        return cards.Count == 0 ? line : new Rows(line, new Columns(cards) { Expand = false });
    }

    private static Panel Card(TrackedFace face)
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap())
            .AddColumn(new GridColumn().NoWrap().RightAligned());
        foreach (Expression expression in Enum.GetValues<Expression>())
        {
            float probability = face.Scores[expression];
            int filled = (int)MathF.Round(probability * BarLength);
            Style style = expression == face.Scores.Top ? new Style(decoration: Decoration.Bold) : Style.Plain;
            grid.AddRow(
                new Text(ExpressionScores.NameOf(expression), style),
                new Text(new string('█', filled) + new string('░', BarLength - filled), style),
                new Text(probability.ToString("0%", CultureInfo.InvariantCulture), style));
        }

        return new Panel(grid).Header($"face {face.Track}");
    }
}
