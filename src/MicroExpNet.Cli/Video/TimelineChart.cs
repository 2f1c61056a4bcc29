using System.Globalization;
using MicroExpNet.Training.Charts;
using MicroExpNet.Video;
using MicroExpNet.Video.Report;
using MicroExpNet.Vision;
using ScottPlot;
using ScottPlot.Plottables;
using SkiaSharp;

namespace MicroExpNet.Cli.Video;

/// <summary>Draws the expressions of films over time: a lane for each face, filled with the mean probabilities of all classes.</summary>
internal static class TimelineChart
{
    private const int Width = 1600;
    private const int LaneHeight = 90;
    private const int FrameHeight = 170;
    private const double LaneShare = 0.9;

    // More lanes could not be told apart, nor would the picture fit on a page: the faces that are seen longest are drawn.
    private const int MaxLanes = 40;

    // As many columns as a lane has pixels, or nearly.
    private const int MaxColumns = 800;

    // Columns overlap the next ones by a part of a pixel, or lines would show between them.
    private const double Overlap = 1.25;

    // A legend of more would be wider than the picture.
    private const int MaxLegend = 24;

    private const string Svg = ".svg", Png = ".png";

    /// <summary>Makes sure that a file's name says a format.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CommandException">It does not.</exception>
    public static void Check(string path)
    {
        if (Path.GetExtension(path).ToLowerInvariant() is not (Svg or Png))
        {
            throw new CommandException(ExitCode.WrongCommand, $"--chart {path}: the name must end in {Png} or {Svg}");
        }
    }

    /// <summary>Draws a film's faces.</summary>
    /// <param name="path">The file, .png or .svg.</param>
    /// <param name="film">The film.</param>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public static void Write(string path, FilmSummary film)
    {
        TrackSummary[] tracks = [
            .. film.Tracks.OrderByDescending(track => track.Seen).ThenBy(track => track.Track).Take(MaxLanes)
            .OrderBy(track => track.Track)];
        Plot plot = ChartFont.NewPlot(Message.OneLine(Path.GetFileName(film.Events.Name)));
        Color[] colors = [.. AnnotationPalette.Of(film.Events.Labels).Select(Color.FromSKColor)];
        double end = Math.Max(film.Events.End.TotalSeconds, 0.1);
        for (int i = 0; i < tracks.Length; i++) DrawLane(plot, colors, film.Timelines[tracks[i].Track], tracks.Length - 1 - i, end);

        plot.Axes.Left.SetTicks(
            [.. tracks.Select((_, i) => tracks.Length - 1 - i + (LaneShare / 2))],
            [.. tracks.Select(track => FilmEvents.FaceName(track.Track))]);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { LabelFormatter = Clock };
        plot.Axes.SetLimits(0, end, -0.1, Math.Max(1, tracks.Length));
        plot.HideGrid();
        plot.XLabel(tracks.Length == film.Tracks.Count ? "time" : $"time; the {tracks.Length} of {film.Tracks.Count} faces seen longest");
        LegendItem[] legend = [
            .. film.Events.Labels.Take(MaxLegend)
            .Select((label, i) => new LegendItem { LabelText = Legend(label, i), FillColor = colors[i], LineWidth = 0 })];
        plot.ShowLegend(Edge.Bottom);
        plot.Legend.ManualItems.AddRange(legend);
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.Font.Set(ChartFont.Name);
        int height = FrameHeight + (LaneHeight * Math.Max(1, tracks.Length));
        OutputFile.Write(path, Path.GetExtension(path).Equals(Svg, StringComparison.OrdinalIgnoreCase)
            ? System.Text.Encoding.UTF8.GetBytes(plot.GetSvgXml(Width, height))
            : plot.GetImageBytes(Width, height, ImageFormat.Png));
    }

    // The chart's font has ASCII alone: a name that loses letters gets its position, by which it is known.
    private static string Legend(string label, int index)
    {
        string line = Message.OneLine(label);
        using SKFont font = AnnotationStyle.Font(1);
        string drawable = AnnotationStyle.Drawable(line, font);
        return drawable == line ? line : $"{index + 1}: {drawable}";
    }

    // An area for each class, on top of the ones before it; where the face was away there is none.
    private static void DrawLane(Plot plot, Color[] colors, TimelineBins bins, double bottom, double end)
    {
        int merged = Math.Max(1, (bins.Count + MaxColumns - 1) / MaxColumns);
        double[] sums = new double[colors.Length];
        for (int first = 0; first < bins.Count; first += merged)
        {
            int frames = 0;
            Array.Clear(sums);
            for (int bin = first; bin < Math.Min(bins.Count, first + merged); bin++)
            {
                int here = bins.Frames(bin);
                frames += here;
                for (int i = 0; i < sums.Length && here > 0; i++) sums[i] += bins.Mean(bin, i) * here;
            }

            if (frames == 0) continue;
            double y = bottom, left = first * bins.Width, right = Math.Min(end, left + (merged * bins.Width * Overlap));
            for (int i = 0; i < sums.Length; i++)
            {
                double height = LaneShare * sums[i] / frames;
                if (height < LaneShare / LaneHeight / 2) continue;
                Rectangle part = plot.Add.Rectangle(left, right, y, y + height);
                part.FillColor = colors[i];
                part.LineWidth = 0;
                y += height;
            }
        }
    }

    private static string Clock(double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 60)}:{seconds % 60:00.#}");
}
