using System.Text.Json;
using System.Text.RegularExpressions;
using MicroExpNet.Cli.Bench;
using MicroExpNet.Tests;
using SkiaSharp;

namespace MicroExpNet.Cli.Tests;

// Alone: it measures with threads of its own.
[Collection(nameof(BenchTests))]
[CollectionDefinition(nameof(BenchTests), DisableParallelization = true)]
public sealed partial class BenchTests
{
    private static readonly string[] Quick = ["bench", "--seconds", "0.01", "--threads", "2"];

    [Fact]
    public void Percentiles_are_taken_of_as_many_turns_as_a_long_run_has()
    {
        long[] sorted = new long[30_000_000];
        sorted[29_700_000] = 99;
        Assert.Equal(99, TurnTimes.Percentile(sorted, 99));
        Assert.Equal(2, TurnTimes.Percentile([1, 2], 50));
    }

    [Fact]
    public async Task Json_holds_every_part_with_times_that_fit_each_other()
    {
        Mexp run = await Mexp.RunAsync([.. Quick, "--format", "json", "--min-face", "40"]);

        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        JsonElement report = run.Json, machine = report.GetProperty("machine");
        Assert.NotEqual("", machine.GetProperty("processor").GetString());
        Assert.Equal(Environment.ProcessorCount, machine.GetProperty("cores").GetInt32());

        JsonElement[] kernel = [.. report.GetProperty("kernel").EnumerateArray()];
        Assert.Equal(
            from network in new[] { "microexpnet", "microexpnet-3" }
            from row in new[] { (1, 1, true), (1, 1, false), (1, 2, false), (64, 1, false), (64, 2, false) }
            select (network, row.Item1, row.Item2, row.Item3),
            kernel.Select(
                row => (row.GetProperty("network").GetString()!, row.GetProperty("batch").GetInt32(), row.GetProperty("threads")
                .GetInt32(), row.GetProperty("cold").GetBoolean())));
        foreach (JsonElement row in kernel)
        {
            CheckTimes(row, row.GetProperty("batch").GetInt32(), row.GetProperty("threads").GetInt32());
            CheckTimes(row.GetProperty("onnxRuntime"), row.GetProperty("batch").GetInt32(), row.GetProperty("threads").GetInt32());
            Assert.True(row.GetProperty("timesAsFast").GetDouble() > 0);
        }

        JsonElement photo = report.GetProperty("photo");
        Assert.Equal(
            (512, 512, 40),
            (photo.GetProperty("width").GetInt32(), photo.GetProperty("height").GetInt32(), photo.GetProperty("minFace").GetInt32()));
        Assert.Equal(
            ["decode", "detect", "crop", "recognise"], photo.GetProperty("stages").EnumerateArray()
            .Select(stage => stage.GetProperty("stage").GetString()));
        Assert.Equal(1, photo.GetProperty("stages").EnumerateArray().Sum(stage => stage.GetProperty("share").GetDouble()), 1e-3);

        JsonElement[] video = [.. report.GetProperty("video").EnumerateArray()];
        Assert.Equal(
            from width in new[] { 640, 1920 } from faces in new[] { 1, 5 } from threads in new[] { 1, 2 } select (width, faces, threads),
            video.Select(
                row => (row.GetProperty("width").GetInt32(), row.GetProperty("faces").GetInt32(), row.GetProperty("threads").GetInt32())));
        foreach (JsonElement row in video)
        {
            // A row is worth nothing where the faces are not found.
            Assert.InRange(
                row.GetProperty("facesRecognized").GetDouble(), 0.8 * row.GetProperty("faces").GetInt32(), row.GetProperty("faces")
                .GetInt32());
            CheckTimes(row, 1, row.GetProperty("threads").GetInt32());
        }

        JsonElement[] films = [.. report.GetProperty("film").EnumerateArray()];
        TestFilm.SkipWithoutFFmpeg();
        Assert.Equal([640, 1920], films.Select(row => row.GetProperty("width").GetInt32()));
        Assert.All(films, row => Assert.InRange(row.GetProperty("tablePerSecond").GetDouble(), 1, 1e5));
        Assert.All(films, row => Assert.InRange(row.GetProperty("share").GetDouble(), 0.01, 10));
        Assert.True(report.GetProperty("folder").GetProperty("share").GetDouble() > 0.3);
        Assert.True(report.GetProperty("peakWorkingSet").GetInt64() > 10_000_000);
    }

    [Fact]
    public async Task The_table_has_the_machine_a_row_for_each_and_no_colours_where_nobody_looks()
    {
        Mexp run = await Mexp.RunAsync(
            ["bench", "--seconds", "0.01", "--threads", "1", "--photo", ReferenceData.Repository("samples/astronaut.png")]);

        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Matches("processor +.+, cores: [0-9]+", run.Output);
        Assert.Matches(@"photo +.*astronaut\.png, 512×512; faces from 24 pixels are looked for", run.Output);
        Assert.Matches(@"microexpnet-3, batch 64 +1 +[0-9,.]+ +[0-9.]+ +[0-9.]+ +[0-9,]+ +× [0-9.]+", run.Output);
        Assert.Matches(@"microexpnet-3, batch 1, cold +1 +[0-9,.]+ +[0-9.]+ +[0-9.]+ +[0-9,]+ +× [0-9.]+", run.Output);
        Assert.Matches(@"decode +1 .* [0-9]+%", run.Output);
        Assert.Matches(@"1920×1080, faces: 5 +1 .* [45]\.[0-9]", run.Output);
        Assert.Matches(@"all that predict does +1 .* [0-9]+%", run.Output);
        Assert.DoesNotContain('\e', run.Output);
    }

    [Fact]
    public async Task A_terminal_of_80_columns_has_room_for_the_table_and_a_line_tells_what_is_measured()
    {
        Mexp run = await Mexp.RunAsync(
            new MexpSurroundings { IsTerminal = true, Width = 80 }, "bench", "--seconds", "0.01", "--threads", "1");

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.All(run.OutputLines, line => Assert.InRange(AnsiCode().Replace(line, "").TrimEnd().Length, 0, 80));
        Assert.DoesNotContain('…', run.Output);
        Assert.Contains("microexpnet-3, batch 64 ", run.Output, StringComparison.Ordinal);
        Assert.Contains("measuring: video, 1920×1080, faces: 5, threads: 1", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("\r", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_photo_without_a_face_a_missing_one_and_a_model_that_is_none_are_told_in_a_line()
    {
        using TemporaryFolder folder = new();
        string plain = folder.Write("plain.png", Pictures.Encode(SKEncodedImageFormat.Png, 200, 150)),
            text = folder.Write("text.onnx", "no model"u8.ToArray());
        foreach ((string option, string file, string says) in new[] { ("--photo", plain, "no face found in it"),
            ("--photo", folder["gone.jpg"], "no such file"), ("--model", text, "text.onnx") })
        {
            Mexp run = await Mexp.RunAsync([.. Quick, option, file]);

            Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
            Assert.Equal("", run.Output);
            string line = Assert.Single(run.ErrorLines);
            Assert.Contains(file, line, StringComparison.Ordinal);
            Assert.Contains(says, line, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--seconds", "0")]
    [InlineData("--seconds", "soon")]
    [InlineData("--threads", "0")]
    [InlineData("--min-face", "13")]
    [InlineData("--format", "csv")]
    public async Task Options_out_of_range_are_refused(string option, string value)
    {
        Mexp run = await Mexp.RunAsync("bench", option, value);

        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains(option, run.ErrorLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_reports_nothing()
    {
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(0.5));
        Mexp run = await Mexp.RunAsync(new MexpSurroundings { Cancellation = stop.Token }, "bench", "--seconds", "20");

        Assert.Equal(ExitCode.Interrupted, run.ExitCode);
        Assert.Equal("", run.Output);
    }

    [GeneratedRegex("\\e\\[[0-9;]*m")]
    private static partial Regex AnsiCode();

    private static void CheckTimes(JsonElement row, int things, int threads)
    {
        double perSecond = row.GetProperty("perSecond").GetDouble(), median = row.GetProperty("median")
            .GetDouble(), slow = row.GetProperty("percentile99").GetDouble();
        Assert.InRange(median, 1e-6, slow);

        // All threads at the slow end's pace at least.
        Assert.True(perSecond > 0 && perSecond * slow / 1000 / things / threads > 0.3, $"{row}");
    }
}
