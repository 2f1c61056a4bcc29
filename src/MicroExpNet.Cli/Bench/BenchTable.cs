using System.Globalization;
using Spectre.Console;

namespace MicroExpNet.Cli.Bench;

/// <summary>The report as one table to read.</summary>
internal static class BenchTable
{
    /// <summary>Writes it.</summary>
    /// <param name="report">What was measured.</param>
    /// <param name="console">Where to.</param>
    public static void Write(BenchReport report, IAnsiConsole console)
    {
        Machine machine = report.Machine;
        FactTable header = new();
        header.Add("processor", string.Create(CultureInfo.InvariantCulture, $"{machine.Processor}, cores: {machine.Cores}"));
        header.Add("instructions", machine.InstructionSet);
        header.Add("runtime", $"{machine.Runtime}, {machine.System}");
        header.Add("JPEG files", machine.JpegDecoder);
        header.Add("ONNX Runtime", machine.OnnxRuntime ?? "not installed");
        header.Add("photo",
            string.Create(
            CultureInfo.InvariantCulture,
            $"{report.PhotoName}, {report.PhotoWidth}×{report.PhotoHeight}; faces from {report.MinFace} pixels are looked for"));
        header.Write(console);

        Table table = new Table().Border(TableBorder.Simple).AddColumn(Tight("what"));
        foreach (string name in (string[])["threads", "per\nsecond", "median\nms", "99%\nms", "bytes\neach", ""])
        {
            table.AddColumn(Tight(name).RightAligned().NoWrap());
        }

        Group(table, "recogniser, crops", "vs ONNX");
        foreach (KernelRow row in report.Kernel)
        {
            Row(table, $"{row.Network}, batch {row.Batch}{(row.Cold ? ", cold" : "")}", row.Threads, row.Own, row.TimesAsFast is { } times
                ? string.Create(CultureInfo.InvariantCulture, $"× {times:0.00}")
                : "-");
        }

        Group(table, $"photo, faces: {report.PhotoFaces}", "share");
        foreach (PhotoStage stage in report.Photo) Row(table, stage.Name, 1, stage.Time, Percent(stage.Share));
        Group(table, "video, every frame", "found");
        foreach (VideoRow row in report.Video)
        {
            Row(table, $"{row.Width}×{row.Height}, faces: {row.Faces}", row.Threads, row.Time,
                row.Recognized.ToString("0.0", CultureInfo.InvariantCulture));
        }

        if (report.Films.Count > 0) Group(table, "film, from file to table", "share");
        foreach (FilmRow row in report.Films)
        {
            Film(table, $"{row.Width}×{row.Height}, FFmpeg alone", row.DecodePerSecond, "");
            Film(table, $"{row.Width}×{row.Height}, to a table", row.TablePerSecond, Percent(row.Share));
        }

        FolderResult folder = report.Folder;
        Group(table, $"folder, photos: {folder.Photos}", "share");
        Row(table, "decode and detect alone", folder.Threads, folder.DecodeAndDetect, "");
        Row(table, "all that predict does", folder.Threads, folder.Predict, Percent(folder.Share));
        console.Write(table);
        if (machine.OnnxRuntime is not null) console.WriteLine("× 2.00: twice as fast as ONNX Runtime, which took its turns in between.");
        console.WriteLine("cold: before each call 3 MB of other memory were read and written, as an application does.");
        console.WriteLine(
            string.Create(
            CultureInfo.InvariantCulture, $"Memory: photos, videos and the folder took {report.PeakWorkingSet / 1e6:0} MB at most."));
    }

    private static TableColumn Tight(string name) => new TableColumn(name).PadLeft(0).PadRight(1);

    private static void Group(Table table, string name, string lastColumn)
    {
        Style bold = new(decoration: Decoration.Bold);
        if (table.Rows.Count > 0) table.AddEmptyRow();
        table.AddRow(new Text(name, bold), Text.Empty, Text.Empty, Text.Empty, Text.Empty, Text.Empty, new Text(lastColumn, bold));
    }

    private static void Row(Table table, string what, int threads, Timing time, string last) => table.AddRow(
        new Text(" " + Message.OneLine(what)), new Text(threads.ToString(CultureInfo.InvariantCulture)),
            new Text(PerSecond(time.PerSecond)), new Text(Milliseconds(time.Median)),
        new Text(Milliseconds(time.Percentile99)), new Text(Bytes(time.Allocated)), new Text(last));

    private static void Film(Table table, string what, double perSecond, string last) => table.AddRow(
        new Text(" " + what), Text.Empty, new Text(PerSecond(perSecond)), Text.Empty, Text.Empty, Text.Empty, new Text(last));

    private static string PerSecond(double value) => value.ToString(value < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(double value) =>
        value.ToString(value < 10 ? "0.000" : value < 1000 ? "0.0" : "N0", CultureInfo.InvariantCulture);

    private static string Bytes(double value) =>
        value < 10_000
        ? value.ToString("N0", CultureInfo.InvariantCulture)
        : (value / 1000).ToString("N0", CultureInfo.InvariantCulture) + " k";

    private static string Percent(double share) => share.ToString("0%", CultureInfo.InvariantCulture);
}
