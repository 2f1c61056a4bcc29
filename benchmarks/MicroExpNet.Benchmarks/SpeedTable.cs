using System.Globalization;
using System.Text;

namespace MicroExpNet.Benchmarks;

/// <summary>A report as the README shows it.</summary>
internal static class SpeedTable
{
    /// <summary>What it was measured on, a table, and the processor's limit, as Markdown.</summary>
    public static string Markdown(SpeedReport report)
    {
        bool withOpenCv = report.Networks.Any(speed => speed.OpenCv is not null);
        string peers = $"ONNX Runtime {report.OnnxRuntime}" + (withOpenCv ? $", OpenCV {report.OpenCv}" : "");
        StringBuilder text = new();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{report.Processor}, {report.Cores} cores, {report.InstructionSet}; {report.Runtime}, {report.OperatingSystem}; {peers}; ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"one thread a caller, medians of {report.Rounds} paired rounds, times of one image; {report.Date:yyyy-MM-dd}:\n\n");
        text.Append("| network | batch | callers | this library | of the limit | ONNX Runtime | times as fast |")
            .Append(" in 8 bits | times as fast |").Append(withOpenCv ? " OpenCV DNN | times as fast |\n" : "\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |").Append(withOpenCv ? " --- | --- |\n" : "\n");
        foreach (NetworkSpeed speed in report.Networks)
        {
            string kind = (speed.Bits == 32 ? "" : $" in {speed.Bits} bits") + (speed.Cold ? ", cold" : "");
            string share = kind.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"{speed.ShareOfLimit:0%}") : "";
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{speed.Network}`{kind} | {speed.Batch} | {speed.Callers} | {Time(speed.Microseconds)} | {share} |");
            text.Append(Cells(speed.OnnxRuntime)).Append(Cells(speed.OnnxRuntimeIn8Bits));
            text.Append(withOpenCv ? Cells(speed.OpenCv) : "").Append('\n');
        }

        text.Append("\nThe limit is the processor's rate of multiply-adds on registers alone, measured in the same rounds: ");
        text.AppendJoin(", ", report.Networks.Select(speed => speed.Callers).Distinct().Select(callers => Limit(report, callers)));
        text.Append(". The share counts the multiply-adds that remain after Winograd's method, without its transforms. ");
        text.Append("In the rows of 8 bits, OpenCV computes the float model, ONNX Runtime both. Cold: before each call, 3 MB of other ")
            .Append("memory were read and written, as an application does between two faces. ");
        text.Append("Direct convolution on one thread could not be faster than ");
        string[] direct = [.. report.Networks.DistinctBy(speed => speed.Network).Select(speed => Direct(report, speed))];
        text.AppendJoin(", ", direct[..^1]).Append(direct.Length > 1 ? " and " : "").Append(direct[^1]);
        return text.Append(".\n").ToString();
    }

    private static string Limit(SpeedReport report, int callers)
    {
        string limit = string.Create(CultureInfo.InvariantCulture, $"{LimitPerSecond(report, callers) / 1e9:0.0} billion");
        return callers == 1 ? $"{limit} a second on one thread" : $"{limit} on {(callers == 2 ? "two" : callers)}";
    }

    // The multiply-adds of the convolutions as they are defined, at the processor's limit.
    private static string Direct(SpeedReport report, NetworkSpeed speed) =>
        $"{Time(speed.MultiplyAdds / LimitPerSecond(report, 1) * 1e6)} for `{speed.Network}`";

    private static double LimitPerSecond(SpeedReport report, int callers)
    {
        double[] limits = [.. report.Networks.Where(speed => speed.Callers == callers).Select(speed => speed.LimitPerSecond).Order()];
        return limits[limits.Length / 2];
    }

    private static string Cells(PeerSpeed? peer) =>
        peer is null ? " | |" : string.Create(CultureInfo.InvariantCulture, $" {Time(peer.Microseconds)} | {peer.TimesAsFast:0.00} |");

    // Three digits.
    private static string Time(double microseconds) => string.Create(CultureInfo.InvariantCulture, $"{Digits(microseconds)} µs");

    private static string Digits(double value) =>
        value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
