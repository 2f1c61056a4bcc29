using ScottPlot;
using ScottPlot.Plottables;

namespace MicroExpNet.Training.Charts;

/// <summary>Loss and accuracy over the epochs, of training and of validation faces, as the original plots them.</summary>
internal static class LearningCurve
{
    private const int Width = 1000;
    private const int Height = 620;

    /// <summary>Draws the curves.</summary>
    /// <param name="epochs">Every epoch.</param>
    /// <returns>A PNG.</returns>
    public static byte[] Draw(IReadOnlyList<EpochRecord> epochs)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        Plot plot = ChartFont.NewPlot("Learning curve");
        Add("train loss", epoch => epoch.TrainingLoss, Colors.IndianRed, plot.Axes.Left);
        Add("validation loss", epoch => epoch.ValidationLoss, Colors.DarkRed, plot.Axes.Left);
        Add("train accuracy", epoch => epoch.TrainingAccuracy, Colors.SteelBlue, plot.Axes.Right);
        Add("validation accuracy", epoch => epoch.ValidationAccuracy, Colors.DarkBlue, plot.Axes.Right);
        plot.XLabel("epoch");
        plot.YLabel("loss");
        plot.Axes.Right.Label.Text = "accuracy";
        plot.Axes.SetLimitsY(0, 1, plot.Axes.Right);
        plot.Axes.SetLimitsX(0, Math.Max(1, epochs.Count));
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        double max = epochs.SelectMany(epoch => new[] { epoch.TrainingLoss, epoch.ValidationLoss }).Where(double.IsFinite)
            .DefaultIfEmpty(1).Max();
        plot.Axes.SetLimitsY(0, max * 1.05, plot.Axes.Left);
        plot.ShowLegend(Edge.Bottom);
        plot.Font.Set(ChartFont.Name);
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);

        void Add(string name, Func<EpochRecord, double> value, Color color, IYAxis axis)
        {
            EpochRecord[] known = [.. epochs.Where(epoch => double.IsFinite(value(epoch)))];
            if (known.Length == 0) return;
            Scatter line = plot.Add.Scatter(known.Select(epoch => (double)epoch.Epoch).ToArray(), known.Select(value).ToArray(), color);
            line.Axes.YAxis = axis;
            line.LegendText = name;
            line.LineWidth = name.StartsWith("validation", StringComparison.Ordinal) ? 3 : 2;
            line.MarkerSize = known.Length == 1 ? 6 : 0;
        }
    }
}
