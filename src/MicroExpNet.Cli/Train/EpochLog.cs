using System.Globalization;
using System.Text;
using MicroExpNet.Training;

namespace MicroExpNet.Cli.Train;

/// <summary>The log of a run, a line for each epoch.</summary>
internal static class EpochLog
{
    public static void Write(string path, IEnumerable<EpochRecord> epochs)
    {
        StringBuilder text = new(
            "epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy,validation_mean_recall\n");
        foreach (EpochRecord epoch in epochs)
        {
            text.Append(
                CultureInfo.InvariantCulture, $"{epoch.Epoch},{epoch.LearningRate:g6},{epoch.TrainingLoss:g6},{epoch.TrainingAccuracy:g6}");
            text.Append(
                CultureInfo.InvariantCulture,
                $",{Number(epoch.ValidationLoss)},{Number(epoch.ValidationAccuracy)},{Number(epoch.ValidationMeanRecall)}\n");
        }

        OutputFile.Write(path, Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("g6", CultureInfo.InvariantCulture);
}
