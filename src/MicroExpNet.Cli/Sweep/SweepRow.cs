using System.Globalization;

namespace MicroExpNet.Cli.Sweep;

/// <summary>What one training of a sweep came to.</summary>
internal sealed record SweepRow(SweepPoint Point, long Parameters, long Bytes, double Accuracy, double MeanRecall, double MacroF1)
{
    public const string Header = "architecture,squeeze,temperature,lambda,seed,parameters,bytes,accuracy,mean_recall,macro_f1";

    private const int Columns = 10;

    /// <summary>Reads a line, or returns null where it is none.</summary>
    public static SweepRow? Parse(string line)
    {
        string[] parts = line.Split(',');
        return parts.Length == Columns && int.TryParse(parts[1], out int squeeze) && Number(2, out double temperature)
            && Number(3, out double lambda) && int.TryParse(parts[4], out int seed)
            && long.TryParse(parts[5], out long parameters) && long.TryParse(parts[6], out long bytes) && Number(7, out double accuracy)
                && Number(8, out double recall) && Number(9, out double f1)
            ? new SweepRow(new SweepPoint(parts[0], squeeze, temperature, lambda, seed), parameters, bytes, accuracy, recall, f1)
            : null;

        bool Number(int column, out double value) =>
            double.TryParse(parts[column], NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>The row as a line. Numbers are written so that they are read back to the same bits.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Point},{Parameters},{Bytes},{Accuracy:R},{MeanRecall:R},{MacroF1:R}");
}
