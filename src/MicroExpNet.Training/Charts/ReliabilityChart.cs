using System.Globalization;
using MicroExpNet.Training.Evaluation;
using ScottPlot;

namespace MicroExpNet.Training.Charts;

/// <summary>A reliability diagram: the accuracy of faces by their confidence. On the dotted line the two agree.</summary>
internal static class ReliabilityChart
{
    private const int Side = 700;

    /// <summary>Draws the diagram.</summary>
    /// <param name="result">The evaluation.</param>
    /// <param name="title">The chart's title.</param>
    /// <returns>A PNG.</returns>
    public static byte[] Draw(EvaluationResult result, string title)
    {
        ArgumentNullException.ThrowIfNull(result);
        Plot plot = ChartFont.NewPlot(
            string.Create(CultureInfo.InvariantCulture, $"{title}\ncalibration error {result.ExpectedCalibrationError:0.000}"));
        double width = 1.0 / EvaluationResult.Bins;
        for (int i = 0; i < EvaluationResult.Bins; i++)
        {
            ReliabilityBin bin = result.Reliability[i];
            if (bin.Samples == 0) continue;
            ScottPlot.Plottables.Rectangle bar = plot.Add.Rectangle(i * width, (i + 1) * width, 0, bin.Accuracy);
            bar.FillColor = Colors.SteelBlue;
            bar.LineColor = Colors.White;
            ScottPlot.Plottables.Text text = plot.Add.Text(
                bin.Samples.ToString(CultureInfo.InvariantCulture), (i + 0.5) * width, bin.Accuracy);
            text.LabelAlignment = Alignment.LowerCenter;
            text.LabelFontSize = 11;
            text.LabelFontName = ChartFont.Name;
        }

        ScottPlot.Plottables.LinePlot line = plot.Add.Line(0, 0, 1, 1);
        line.LineColor = Colors.Black;
        line.LinePattern = LinePattern.Dotted;
        line.LineWidth = 2;
        line.MarkerSize = 0;
        plot.XLabel("highest probability (numbers: faces)");
        plot.YLabel("accuracy");
        plot.Axes.SetLimits(0, 1, 0, 1.06);
        return plot.GetImageBytes(Side, Side, ImageFormat.Png);
    }
}
