using System.Text.Json;
using MicroExpNet.Tests;

namespace MicroExpNet.Cli.Tests;

public sealed class InspectTests
{
    [Fact]
    public async Task The_table_shows_layers_totals_size_labels_and_card()
    {
        Mexp run = await Mexp.RunAsync("inspect", TestModel.Path);

        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Matches(@"conv1 +Convolution +8×8, stride 2 +42×42×16 +1,040 +1,806,336", run.Output);
        Assert.Matches(@"total +65,000 +2,853,248", run.Output);
        Assert.Matches($@"size +{new FileInfo(TestModel.Path).Length:N0} bytes", run.Output);
        Assert.Matches("labels +neutral, anger, contempt, disgust, fear, happy, sadness, surprise", run.Output);
        Assert.Matches("face crop +face to 256×256, rows 32 to 256, columns 32 to 256", run.Output);
        Assert.Matches("licence +MIT", run.Output);
        Assert.DoesNotContain('\e', run.Output);
    }

    [Fact]
    public async Task Json_holds_the_same()
    {
        Mexp run = await Mexp.RunAsync("inspect", TestModel.Path, "--format", "json");
        JsonElement model = run.Json;

        Assert.Equal("microexpnet", model.GetProperty("architecture").GetString());
        Assert.Equal(new FileInfo(TestModel.Path).Length, model.GetProperty("bytes").GetInt64());
        Assert.Equal(84, model.GetProperty("input").GetProperty("height").GetInt32());
        Assert.Equal(65_000, model.GetProperty("parameters").GetInt64());
        Assert.Equal(2_853_248, model.GetProperty("multiplyAdds").GetInt64());
        Assert.Equal(8, model.GetProperty("labels").GetArrayLength());
        Assert.Equal(65_000, model.GetProperty("layers").EnumerateArray().Sum(layer => layer.GetProperty("parameters").GetInt64()));
        Assert.Equal("MIT", model.GetProperty("card").GetProperty("license").GetString());
        Assert.Equal(224, model.GetProperty("card").GetProperty("faceCrop").GetProperty("height").GetInt32());
    }

    [Fact]
    public async Task A_checkpoint_is_shown_like_a_model_file()
    {
        Mexp run = await Mexp.RunAsync("inspect", ReferenceData.Path("seed-models/CK"));

        Assert.Equal("", run.Error);
        Assert.Matches(@"total +65,000 +2,853,248", run.Output);
    }

    [Fact]
    public async Task What_is_no_model_is_refused_in_one_line()
    {
        using TemporaryFolder folder = new();
        foreach (string model in new[] { folder["gone.onnx"], folder.Write("text.onnx", "no model"u8.ToArray()) })
        {
            Mexp run = await Mexp.RunAsync("inspect", model);

            Assert.Equal(ExitCode.InputFailed, run.ExitCode);
            Assert.Contains(model, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("inspect", "FOLDER")]
    [InlineData("import", "FOLDER", "-o", "none.onnx")]
    [InlineData("predict", "a.png", "--model", "FOLDER")]
    public async Task A_folder_without_a_checkpoint_is_told_as_one(params string[] arguments)
    {
        using TemporaryFolder folder = new();
        string faces = FaceFolder.Create(folder, "faces", 1, "happy");
        Mexp run = await Mexp.RunAsync(
            [.. arguments.Select(one => one switch { "FOLDER" => faces, "none.onnx" => folder[one], _ => one })]);
        Assert.NotEqual(ExitCode.Success, run.ExitCode);
        Assert.Equal(
            $"mexp: {faces}: it is a folder without a file 'checkpoint' and with 0 .index files; expected a file, or a folder with a "
            + "TensorFlow checkpoint",
            Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task A_checkpoint_without_its_data_names_the_file_that_is_missing()
    {
        using TemporaryFolder folder = new();
        File.Copy(ReferenceData.Path("seed-models/CK/MicroExpNet_CK.index"), folder["ck.index"]);
        Mexp run = await Mexp.RunAsync("inspect", folder["ck"]);
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.StartsWith(
            $"mexp: {folder["ck"]}.data-00000-of-00001: there is no such file", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }
}
