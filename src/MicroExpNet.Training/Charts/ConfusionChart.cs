using System.Globalization;
using MicroExpNet.Training.Evaluation;
using ScottPlot;

namespace MicroExpNet.Training.Charts;

/// <summary>A confusion matrix: a row for each class of the faces, a column for each predicted class; each row sums to 100%.</summary>
internal static class ConfusionChart
{
    private const int Side = 900;

    /// <summary>Draws the matrix.</summary>
    /// <param name="result">The evaluation.</param>
    /// <param name="title">The chart's title.</param>
    /// <returns>A PNG.</returns>
    public static byte[] Draw(EvaluationResult result, string title)
    {
        ArgumentNullException.ThrowIfNull(result);
        int classes = result.PerClass.Length;
        Plot plot = ChartFont.NewPlot(title);
        for (int row = 0; row < classes; row++)
        {
            // A class without faces has no shares.
            if (result.PerClass[row].Samples == 0) continue;
            for (int column = 0; column < classes; column++)
            {
                int count = result.Confusion[row][column];
                double share = (double)count / result.PerClass[row].Samples;

                // The first class stands at the top.
                double y = classes - 1 - row;
                ScottPlot.Plottables.Rectangle cell = plot.Add.Rectangle(column - 0.5, column + 0.5, y - 0.5, y + 0.5);
                cell.FillColor = Colors.White.MixedWith(Colors.SteelBlue, share);
                cell.LineColor = Colors.White;
                ScottPlot.Plottables.Text text = plot.Add.Text(
                    string.Create(CultureInfo.InvariantCulture, $"{share:0%}\n{count}"), column, y);
                text.LabelAlignment = Alignment.MiddleCenter;
                text.LabelFontSize = 15;
                text.LabelFontColor = share > 0.5 ? Colors.White : Colors.Black.WithAlpha(count == 0 ? 0.35 : 1);
                text.LabelFontName = ChartFont.Name;
            }
        }

        double[] positions = [.. Enumerable.Range(0, classes).Select(i => (double)i)];
        plot.Axes.Bottom.SetTicks(positions, [.. result.PerClass.Select(one => one.Label)]);
        plot.Axes.Left.SetTicks([.. positions.Reverse()], [.. result.PerClass.Select(one => one.Label)]);
        plot.XLabel("predicted");
        plot.YLabel("is");
        plot.HideGrid();
        plot.Axes.SetLimits(-0.5, classes - 0.5, -0.5, classes - 0.5);
        return plot.GetImageBytes(Side + 60, Side, ImageFormat.Png);
    }
}
