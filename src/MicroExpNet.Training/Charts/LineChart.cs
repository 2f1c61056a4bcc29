using ScottPlot;

namespace MicroExpNet.Training.Charts;

/// <summary>Mean values as lines over a number, e.g. accuracy over temperature.</summary>
internal static class LineChart
{
    private const int Width = 900;
    private const int Height = 600;

    /// <summary>Draws lines.</summary>
    /// <param name="title">The chart's title.</param>
    /// <param name="across">Label of the x axis.</param>
    /// <param name="up">Label of the y axis.</param>
    /// <param name="lines">Each line's name and points; points of the same number are averaged.</param>
    /// <param name="logarithmic">Whether the x axis is logarithmic.</param>
    /// <returns>A PNG.</returns>
    public static byte[] Draw(
        string title, string across, string up, IEnumerable<(string Name, IEnumerable<(double X, double Y)> Points)> lines,
        bool logarithmic = false)
    {
        Plot plot = ChartFont.NewPlot(title);
        SortedSet<double> numbers = [];
        foreach ((string name, IEnumerable<(double X, double Y)> points) in lines)
        {
            (double X, double Y)[] means = [
                .. points.GroupBy(point => point.X).OrderBy(group => group.Key)
                .Select(group => (group.Key, group.Average(point => point.Y)))];
            if (means.Length == 0) continue;
            numbers.UnionWith(means.Select(point => point.X));
            ScottPlot.Plottables.Scatter line = plot.Add.Scatter(
                means.Select(point => Place(point.X)).ToArray(), means.Select(point => point.Y).ToArray());
            line.LegendText = name;
            line.LineWidth = 2;
            line.MarkerSize = 8;
        }

        double[] ticks = logarithmic ? PowersOfTwo(numbers.Min, numbers.Max) : [.. numbers];
        plot.Axes.Bottom.SetTicks(
            [.. ticks.Select(Place)],
            [.. ticks.Select(number => number.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture))]);
        plot.XLabel(across);
        plot.YLabel(up);
        plot.ShowLegend(Edge.Bottom);
        plot.Font.Set(ChartFont.Name);
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);

        double Place(double number) => logarithmic ? Math.Log2(number) : number;
    }

    private static double[] PowersOfTwo(double min, double max)
    {
        if (!(min > 0)) return [];
        int first = (int)Math.Floor(Math.Log2(min)), last = (int)Math.Ceiling(Math.Log2(max));
        return [.. Enumerable.Range(first, last - first + 1).Select(exponent => Math.Pow(2, exponent))];
    }
}
