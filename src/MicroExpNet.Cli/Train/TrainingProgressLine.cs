using System.Globalization;
using MicroExpNet.Training;

namespace MicroExpNet.Cli.Train;

/// <summary>A line for each epoch, and on a terminal a live one for the epoch in progress.</summary>
/// <param name="terminal">The streams.</param>
/// <param name="isBlind">Whether there are no validation faces.</param>
internal sealed class TrainingProgressLine(Terminal terminal, bool isBlind) : IProgress<TrainingProgress>
{
    private bool _headed;
    private double _accuracy = double.NaN;

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        int epochs = (int)(value.Steps / value.StepsPerEpoch);
        if (value.Finished is { } epoch)
        {
            if (!_headed)
            {
                terminal.Report(
                    $"{"epoch",11} {"train loss",11} " +
                    $"{"train acc",10}{(isBlind ? "" : $" {"val loss",9} {"val acc",8} {"mean recall",12}")} {"faces/s",9} {"left",9}");
            }
            _headed = true;
            _accuracy = epoch.ValidationAccuracy;
            string looked = isBlind
                ? ""
                : string.Create(
                CultureInfo.InvariantCulture,
                $" {epoch.ValidationLoss,9:0.0000} {epoch.ValidationAccuracy,8:0.0%} {epoch.ValidationMeanRecall,12:0.0%}");
            terminal.Report(string.Create(
                CultureInfo.InvariantCulture,
                $"{epoch.Epoch,5}/{epochs,-5} {epoch.TrainingLoss,11:0.0000} {epoch.TrainingAccuracy,10:0.0%}{looked} " +
                    $"{value.ImagesPerSecond,9:N0} {Time(value.Remaining),9}"));
            return;
        }

        terminal.Status.Update(() =>
        {
            double share = (double)(value.Step % value.StepsPerEpoch) / value.StepsPerEpoch;
            string accuracy = double.IsNaN(_accuracy) ? "" : $"  val acc {_accuracy.ToString("0.0%", CultureInfo.InvariantCulture)}";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {((value.Step - 1) / value.StepsPerEpoch) + 1}/{epochs}  {share:0%}  loss {value.Loss:0.0000}{accuracy}  " +
                $"{value.ImagesPerSecond:N0} faces/s  {Time(value.Remaining)} left");
        });
    }

    /// <summary>A time as hours, minutes and seconds.</summary>
    /// <param name="time">The time, of any length.</param>
    public static string Time(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time:mm\\:ss}")
        : time.ToString("m\\:ss", CultureInfo.InvariantCulture);
}
