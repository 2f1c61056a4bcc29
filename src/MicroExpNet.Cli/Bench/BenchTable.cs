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
        Grid header = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Fact(header, "processor", string.Create(CultureInfo.InvariantCulture, $"{machine.Processor}, cores: {machine.Cores}"));
        Fact(header, "instructions", machine.InstructionSet);
        Fact(header, "runtime", $"{machine.Runtime}, {machine.System}");
        Fact(header, "ONNX Runtime", machine.OnnxRuntime ?? "not installed");
        Fact(header, "photo", string.Create(CultureInfo.InvariantCulture, $"{report.PhotoName}, {report.PhotoWidth}×{report.PhotoHeight}; faces from {report.MinFace} pixels are looked for"));
        console.Write(header);

        Table table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("what").NoWrap());
        foreach (string name in (string[])["threads", "a second", "median ms", "99% ms", "bytes each"]) table.AddColumn(new TableColumn(name).RightAligned().NoWrap());
        table.AddColumn(new TableColumn("").NoWrap());

        Group(table, "recogniser, crops");
        foreach (KernelRow row in report.Kernel)
        {
            string peer = row is { Peer: { } theirs, TimesAsFast: { } times }
                ? string.Create(CultureInfo.InvariantCulture, $"{times:0.00} × ONNX Runtime's {theirs.PerSecond:N0}")
                : machine.OnnxRuntime is null ? "ONNX Runtime: not installed" : "ONNX Runtime cannot run it";
            Row(table, $"{row.Network}, batch {row.Batch}", row.Threads, row.Own, peer);
        }

        Group(table, string.Create(CultureInfo.InvariantCulture, $"photo, stage by stage, faces: {report.PhotoFaces}"));
        foreach (PhotoStage stage in report.Photo) Row(table, stage.Name, 1, stage.Time, $"{Percent(stage.Share)} of the photo");
        Group(table, "video, every frame recognised");
        foreach (VideoRow row in report.Video)
        {
            Row(table, string.Create(CultureInfo.InvariantCulture, $"{row.Width}×{row.Height}, faces: {row.Faces}"), row.Threads, row.Time, string.Create(CultureInfo.InvariantCulture, $"{row.Recognized:0.0} faces recognised a frame"));
        }

        FolderResult folder = report.Folder;
        Group(table, string.Create(CultureInfo.InvariantCulture, $"folder of {folder.Photos} photos, 512×512"));
        Row(table, "read, decode, detect", folder.Threads, folder.DecodeAndDetect, "");
        Row(table, "all that predict does", folder.Threads, folder.Predict, $"{Percent(folder.Share)} of the row above");
        console.Write(table);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Photos, videos and the folder took {report.PeakWorkingSet / 1e6:0} MB of memory at most."));
    }

    private static void Fact(Grid grid, string name, string value) => grid.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), new Text(Message.OneLine(value)));

    private static void Group(Table table, string name)
    {
        if (table.Rows.Count > 0) table.AddEmptyRow();
        table.AddRow(new Text(name, new Style(decoration: Decoration.Bold)));
    }

    private static void Row(Table table, string what, int threads, Timing time, string remark) => table.AddRow(
        new Text("  " + Message.OneLine(what)), new Text(threads.ToString(CultureInfo.InvariantCulture)), new Text(PerSecond(time.PerSecond)), new Text(Milliseconds(time.Median)),
        new Text(Milliseconds(time.Percentile99)), new Text(time.Allocated.ToString("N0", CultureInfo.InvariantCulture)), new Text(remark));

    private static string PerSecond(double value) => value.ToString(value < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(double value) => value.ToString(value < 10 ? "0.000" : "0.0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => share.ToString("0%", CultureInfo.InvariantCulture);
}
