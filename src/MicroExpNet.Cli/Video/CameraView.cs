using System.Globalization;
using MicroExpNet.Vision;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MicroExpNet.Cli.Video;

/// <summary>The live view of a camera: a card for each face, with a bar for each class.</summary>
internal static class CameraView
{
    private const int BarLength = 20;

    // More would not fit on a screen.
    private const int MaxFaces = 6, MaxClasses = 12;

    /// <summary>What is shown of a frame.</summary>
    /// <param name="device">The camera.</param>
    /// <param name="faces">The faces, largest first.</param>
    /// <param name="framesPerSecond">Frames recognised a second.</param>
    public static IRenderable Of(string device, IReadOnlyList<VideoFace> faces, double framesPerSecond)
    {
        List<IRenderable> cards = [.. faces.Take(MaxFaces).Select(Card)];
        string count = faces.Count switch { 0 => "no face", 1 => "1 face", _ => $"{faces.Count} faces" };
        Text line = new(
            string.Create(CultureInfo.InvariantCulture, $"{Message.OneLine(device)}: {count}, {framesPerSecond:0} frames/s; q ends"));
        return cards.Count == 0 ? line : new Rows(line, new Columns(cards) { Expand = false });
    }

    private static Panel Card(VideoFace face)
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap())
            .AddColumn(new GridColumn().NoWrap().RightAligned());
        foreach (int i in RowsOf(face.Scores))
        {
            float probability = face.Scores.Probabilities[i];
            int filled = (int)MathF.Round(probability * BarLength);
            Style style = i == face.TopIndex ? new Style(decoration: Decoration.Bold) : Style.Plain;
            grid.AddRow(
                new Text(Message.OneLine(face.Scores.Labels[i]), style),
                new Text(new string('█', filled) + new string('░', BarLength - filled), style),
                new Text(probability.ToString("0%", CultureInfo.InvariantCulture), style));
        }

        return new Panel(grid).Header($"face {face.Track}");
    }

    // Of many classes the most probable ones, in the model's order.
    private static IEnumerable<int> RowsOf(ClassScores scores)
    {
        float[] probabilities = scores.Probabilities.ToArray();
        return Enumerable.Range(0, probabilities.Length).OrderByDescending(i => probabilities[i]).Take(MaxClasses).Order();
    }
}
