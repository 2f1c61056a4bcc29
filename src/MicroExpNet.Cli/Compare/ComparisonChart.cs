using MicroExpNet.Training.Charts;
using MicroExpNet.Training.Evaluation;
using ScottPlot;

namespace MicroExpNet.Cli.Compare;

/// <summary>A comparison as a picture: for each expression a bar for each set, with its 95% interval.</summary>
internal static class ComparisonChart
{
    private const int Width = 1000;
    private const int Height = 560;
    private const double BarWidth = 0.38;

    /// <summary>Draws the picture.</summary>
    /// <param name="all">The comparison.</param>
    /// <returns>A PNG.</returns>
    public static byte[] Draw(Comparison all)
    {
        Plot plot = ChartFont.NewPlot(FormattableString.Invariant(
            $"stability index {all.StabilityIndex:0.000}, Jensen-Shannon divergence {all.JensenShannon:0.000}"));

        // Each is moved to the back, so what is added last comes first in the legend.
        AddBars(plot, all, all.B, all.CountsB, BarWidth / 2, "B", Colors.DarkOrange);
        AddBars(plot, all, all.A, all.CountsA, -BarWidth / 2, "A", Colors.SteelBlue);
        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, all.Classes.Count).Select(i => (double)i)], [.. all.Classes]);
        plot.Axes.Margins(bottom: 0);
        plot.YLabel("share of faces");
        plot.ShowLegend(Edge.Bottom);
        plot.Font.Set(ChartFont.Name);
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }

    private static void AddBars(
        Plot plot, Comparison all, ComparedFaces faces, IReadOnlyList<double> counts, double shift, string name, Color color)
    {
        double whole = counts.Sum();
        List<Bar> bars = [];
        for (int i = 0; i < all.Classes.Count; i++)
        {
            double share = counts[i] / whole;
            bars.Add(new Bar { Position = i + shift, Value = share, Size = BarWidth, FillColor = color, LineColor = color });
            if (faces.Shares is not null) continue;
            WilsonInterval interval = WilsonInterval.Of((int)counts[i], faces.Faces.Count);
            ScottPlot.Plottables.LinePlot line = plot.Add.Line(i + shift, interval.Low, i + shift, interval.High);
            line.LineColor = Colors.Black;
            line.LineWidth = 2;
            line.MarkerSize = 0;
        }

        ScottPlot.Plottables.BarPlot plotted = plot.Add.Bars(bars);
        plotted.LegendText = $"{name}: {Path.GetFileName(faces.Name)}";
        plot.MoveToBack(plotted);
    }
}
