using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Tests;

namespace MicroExpNet.Cli.Tests;

public sealed class QuantizeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_of_a_quarter_of_the_size_is_written_that_predicts()
    {
        string faces = FaceFolder.Create(_folder, "faces", 6, "happy", "sadness"), output = _folder["small.onnx"];
        Mexp run = await Mexp.RunAsync(
            "quantize", ReferenceData.Repository("models/microexpnet-1.onnx"), "--calibrate", faces, "-o", output);
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Matches(@"size +7\d,\d{3} bytes, 2[67]\.\d% of the float model's 261,\d{3}", run.Output);
        Assert.Matches(@"calibrated on +12 faces", run.Output);
        Assert.Matches(@"same answer +\d+\.\d% of these faces", run.Output);
        Assert.NotNull(Model.Load(output).Quantization);
        Mexp predicted = await Mexp.RunAsync(
            "predict", ReferenceData.Repository("samples/astronaut.png"), "--model", output, "--box", "176,66,95,95");
        Assert.Contains("happy", predicted.Output, StringComparison.Ordinal);
        Mexp inspected = await Mexp.RunAsync("inspect", output);
        Assert.Matches(@"computes in +8 bits", inspected.Output);
        Mexp again = await Mexp.RunAsync("quantize", output, "--calibrate", faces, "-o", _folder["again.onnx"]);
        Assert.Equal(ExitCode.WrongCommand, again.ExitCode);
        Assert.Contains("computes in 8 bits already; expected a float model", Assert.Single(again.ErrorLines), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["again.onnx"]));
    }

    [Fact]
    public async Task Its_card_has_the_scores_of_the_8_bit_model_or_none()
    {
        string faces = FaceFolder.Create(_folder, "faces", 6, "happy", "sadness"), output = _folder["small.onnx"];
        string other = FaceFolder.Create(_folder, "other", 4, "happy", "sadness", "fear");
        string[] command = ["quantize", "microexpnet-1", "--calibrate", faces, "-o", output];
        Assert.Equal("", (await Mexp.RunAsync(command)).Error);
        Assert.Null(Model.Load(output).Card.Scores);

        Mexp measured = await Mexp.RunAsync([.. command, "--validation", other]);
        Assert.Equal("", measured.Error);
        Mexp evaluated = await Mexp.RunAsync("evaluate", "--model", output, "--data", other, "--format", "json");
        double accuracy = evaluated.Json.GetProperty("accuracy").GetDouble();
        string scores = Model.Load(output).Card.Scores!;
        Assert.StartsWith(FormattableString.Invariant($"other: accuracy {accuracy:0.0%}, mean recall "), scores, StringComparison.Ordinal);
        Assert.EndsWith(", 12 faces", scores, StringComparison.Ordinal);
        Assert.Contains(scores, measured.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test", 3, "train", "val", "test")]
    [InlineData("validation", 2, "train", "val")]
    public async Task Of_data_that_comes_split_the_part_is_measured_that_evaluate_reads(string read, int faces, params string[] parts)
    {
        Random random = new(4);
        foreach (string part in parts)
        {
            for (int i = 0; i < part.Length - 1; i++) _folder.Write($"split/{part}/happy/{i}.png", FaceFolder.Draw(random, 0));
        }

        string output = _folder["small.onnx"];
        Mexp run = await Mexp.RunAsync(
            "quantize", "microexpnet-1", "--calibrate", _folder["split"], "--validation", _folder["split"], "-o", output);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains($"reading {read}", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.DoesNotContain("--part", run.Error, StringComparison.Ordinal);
        string scores = Model.Load(output).Card.Scores!;
        Assert.EndsWith($", {faces} faces", scores, StringComparison.Ordinal);
        Mexp evaluated = await Mexp.RunAsync("evaluate", "--model", output, "--data", _folder["split"], "--format", "json");
        double accuracy = evaluated.Json.GetProperty("accuracy").GetDouble();
        Assert.Contains(FormattableString.Invariant($": accuracy {accuracy:0.0%}, "), scores, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("microexpnet-1")]
    [InlineData("microexpnet-2")]
    [InlineData("microexpnet-3")]
    [InlineData("microexpnet-tiny")]
    public async Task A_built_in_models_card_has_its_own_scores(string name)
    {
        Mexp run = await Mexp.RunAsync(
            "evaluate", "--model", name, "--data", ReferenceData.Path("data/ferplus-valid.zip"), "--format", "json");
        double accuracy = run.Json.GetProperty("accuracy").GetDouble(), recall = run.Json.GetProperty("meanRecall").GetDouble();
        Assert.Equal(
            FormattableString.Invariant($"ferplus-valid.zip: accuracy {accuracy:0.0%}, mean recall {recall:0.0%}, 3191 faces"),
            Model.Load(ReferenceData.Repository($"models/{name}.onnx")).Card.Scores);
    }

    [Fact]
    public async Task A_chain_of_thousands_of_layers_is_refused()
    {
        string chain = ReferenceData.Path("field/models/chain-same-name-20000.onnx");
        Mexp run = await Mexp.RunAsync(
            "quantize", chain, "--calibrate", FaceFolder.Create(_folder, "faces", 4, "happy", "sadness"), "-o", _folder["small.onnx"]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Matches("chain-same-name-20000[.]onnx: 20,00[0-9] layers; a network of at most 1,000 ", Assert.Single(run.ErrorLines));
        Assert.False(File.Exists(_folder["small.onnx"]));
    }

    [Fact]
    public async Task Pictures_that_can_not_be_used_get_a_line_each()
    {
        string faces = FaceFolder.Create(_folder, "faces", 6, "happy", "sadness");
        _folder.Write("faces/happy/foreign.png", "text"u8.ToArray());
        _folder.Write("faces/happy/empty.png", []);
        byte[] whole = FaceFolder.Draw(new Random(1), 1);
        _folder.Write("faces/sadness/cut.png", whole[..(whole.Length * 3 / 4)]);
        Directory.CreateDirectory(_folder["faces/neutral"]);
        Mexp run = await Mexp.RunAsync("quantize", TestModel.Path, "--calibrate", faces, "-o", _folder["small.onnx"]);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(3, run.ErrorLines.Length);
        foreach (string name in new[] { "happy/foreign.png: not a picture", "happy/empty.png: empty", "sadness/cut.png: " })
        {
            Assert.Contains(run.ErrorLines, line => line.StartsWith($"mexp: {name}", StringComparison.Ordinal));
        }

        _folder.Write("broken/happy/a.png", "text"u8.ToArray());
        Mexp none = await Mexp.RunAsync("quantize", TestModel.Path, "--calibrate", _folder["broken"], "-o", _folder["none.onnx"]);
        Assert.Equal(ExitCode.InputFailed, none.ExitCode);
        Assert.StartsWith("mexp: happy/a.png: not a picture", none.ErrorLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_whose_values_overflow_is_refused_as_predict_does()
    {
        Architecture architecture = new ArchitectureBuilder("huge", new TensorShape(8, 8, 1))
            .Flatten("f").FullyConnected("a", 4).FullyConnected("y", 2).Build(["happy", "sad"]);
        LayerParameters Values(Layer layer) =>
            new([.. Enumerable.Repeat(1e30f, (int)layer.WeightCount)], new float[layer.BiasCount]);
        string model = _folder["huge.onnx"];
        new Model(architecture, architecture.Layers.Select(layer => layer.ParameterCount == 0 ? null : Values(layer)), new ModelCard())
            .Save(model);
        string faces = FaceFolder.Create(_folder, "faces", 6, "happy", "sadness");
        Mexp run = await Mexp.RunAsync("quantize", model, "--calibrate", faces, "-o", _folder["small.onnx"]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal(
            $"mexp: {model}: model 'huge' gives values that are not finite numbers; its weights are too large",
            Assert.Single(run.ErrorLines));
        Assert.False(File.Exists(_folder["small.onnx"]));
    }

    [Fact]
    public async Task Faces_that_are_not_there_are_told_in_one_line_and_nothing_is_written()
    {
        Mexp run = await Mexp.RunAsync(
            "quantize", ReferenceData.Repository("models/microexpnet-1.onnx"), "--calibrate", _folder["none"], "-o", _folder["small.onnx"]);
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Contains("none", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(_folder.Files);
    }
}
