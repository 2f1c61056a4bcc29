using System.Text.Json;
using MicroExpNet.Tests;

namespace MicroExpNet.Cli.Tests;

public sealed class SampleTests
{
    [Fact]
    public async Task The_sample_is_happy_with_the_probability_of_the_original()
    {
        MexpSurroundings surroundings = MexpSurroundings.WithFaces(new FaceBox(176, 66, 95, 95));
        Mexp run = await Mexp.RunAsync(
            surroundings, "predict", ReferenceData.Repository("samples/astronaut.png"), "--model", ReferenceData.Path("seed-models/CK"),
                "--format", "json");

        JsonElement face = run.Json[0].GetProperty("faces")[0];
        Assert.Equal("happy", face.GetProperty("expression").GetString());
        Assert.Equal(0.52578, face.GetProperty("probability").GetDouble(), 1e-3);
        Assert.Equal(176, face.GetProperty("box").GetProperty("x").GetInt32());
    }

    [Fact]
    public async Task A_box_on_the_command_line_is_as_good_as_a_detectors()
    {
        Mexp run = await Mexp.RunAsync(
            "predict", ReferenceData.Repository("samples/astronaut.png"), "--model", ReferenceData.Path("seed-models/CK/MicroExpNet_CK"),
                "--format", "json", "--box", "176,66,95,95");

        Assert.Equal(0.52578, run.Json[0].GetProperty("faces")[0].GetProperty("probability").GetDouble(), 1e-3);
    }

    [Fact]
    public async Task The_whole_sample_is_surprise_as_with_the_original()
    {
        Mexp run = await Mexp.RunAsync(
            "predict", ReferenceData.Repository("samples/astronaut.png"), "--model", ReferenceData.Path("seed-models/CK"), "--format",
                "json", "--faces", "whole");

        JsonElement face = run.Json[0].GetProperty("faces")[0];
        Assert.Equal("surprise", face.GetProperty("expression").GetString());
        Assert.Equal(JsonValueKind.Null, face.GetProperty("box").ValueKind);
    }

    [Fact]
    public async Task An_imported_checkpoint_gives_what_the_checkpoint_itself_gives()
    {
        using TemporaryFolder folder = new();
        string checkpoint = ReferenceData.Path("seed-models/OuluCASIA");
        await Mexp.RunAsync("import", checkpoint, "-o", folder["oulu.onnx"]);
        string[] command = [
            "predict", ReferenceData.Repository("samples/astronaut.png"), "--box", "176,66,95,95", "--format", "csv", "--model"];

        Mexp imported = await Mexp.RunAsync([.. command, folder["oulu.onnx"]]);
        Assert.Equal(ExitCode.Success, imported.ExitCode);
        Assert.Contains(",happy,0.99999", imported.Output, StringComparison.Ordinal);
        Assert.Equal((await Mexp.RunAsync([.. command, checkpoint])).Output, imported.Output);
    }
}
