using System.Text.Json;
using MicroExpNet.Architectures;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Tests;

/// <summary>Models whose classes are the user's own.</summary>
public sealed class OwnClassesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _picture;

    public OwnClassesTests() => _picture = _folder.Write("a.png", Pictures.Png(120, 100));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_that_was_trained_on_them_predicts_them_in_every_format()
    {
        string[] classes = ["bored", "wütend", "悲しい, sehr"];
        string faces = FaceFolder.Create(_folder, "faces", 8, classes);
        Mexp training = await Mexp.RunAsync(
            "train", "--data", faces, "--input-size", "36x36", "--learning-rate", "1e-3", "--epochs", "100", "--augment", "none",
                "--threads", "1", "-o", _folder["own.onnx"]);
        Assert.True(training.ExitCode == ExitCode.Success, training.Error);
        MexpSurroundings surroundings = MexpSurroundings.WithFaces(new FaceBox(10, 10, 80, 80));

        Mexp json = await Mexp.RunAsync(
            surroundings, "predict", _picture, "--model", _folder["own.onnx"], "--format", "json", "--annotate", _folder["drawn"]);
        Assert.Equal("", json.Error);
        JsonElement face = json.Json[0].GetProperty("faces")[0];
        JsonElement probabilities = face.GetProperty("probabilities");
        Assert.Equal(
            classes.Order(StringComparer.Ordinal), probabilities.EnumerateObject().Select(one => one.Name).Order(StringComparer.Ordinal));
        Assert.Equal(1, probabilities.EnumerateObject().Sum(one => one.Value.GetDouble()), 1e-5);
        Assert.Equal(
            probabilities.GetProperty(face.GetProperty("expression").GetString()!).GetSingle(), face.GetProperty("probability")
            .GetSingle());
        using (Photo drawn = Photo.Load(_folder["drawn/a.png"])) Assert.True(drawn.Width > 120);

        Mexp csv = await Mexp.RunAsync(surroundings, "predict", _picture, "--model", _folder["own.onnx"], "--format", "csv");
        Assert.EndsWith(",\"悲しい, sehr\",error", csv.OutputLines[0], StringComparison.Ordinal);
        Mexp table = await Mexp.RunAsync(surroundings, "predict", _picture, "--model", _folder["own.onnx"]);
        Assert.Contains(face.GetProperty("expression").GetString()!, table.OutputLines[1], StringComparison.Ordinal);

        // Faces it was trained on, cut already, are what they were called.
        string[] own = [.. Directory.GetFiles(Path.Combine(faces, "wütend"))];
        Mexp whole = await Mexp.RunAsync(["predict", .. own, "--model", _folder["own.onnx"], "--faces", "whole", "--format", "json"]);
        Assert.All(whole.Json.EnumerateArray(), item =>
            Assert.Equal("wütend", item.GetProperty("faces")[0].GetProperty("expression").GetString()));
        Mexp evaluated = await Mexp.RunAsync("evaluate", "--model", _folder["own.onnx"], "--data", faces, "--format", "json");
        Assert.Equal(1, evaluated.Json.GetProperty("accuracy").GetDouble());
        Mexp sorted = await Mexp.RunAsync(
            surroundings, "faces", _picture, "--model", _folder["own.onnx"], "-o", _folder["sorted"], "--by-expression");
        Assert.Equal(ExitCode.Success, sorted.ExitCode);
    }

    [Fact]
    public async Task A_class_that_is_called_like_a_column_or_another_class_has_a_column_of_its_own()
    {
        string[] labels = ["error", "x", "EXPRESSION", "class_error", "top", "Top", "face", "film"];
        TestModel.Create(OriginalArchitectures.MicroExpNet(labels: [.. labels])).Save(_folder["own.onnx"]);
        MexpSurroundings surroundings = MexpSurroundings.WithFaces(new FaceBox(10, 10, 80, 80));

        Mexp csv = await Mexp.RunAsync(surroundings, "predict", _picture, "--model", _folder["own.onnx"], "--format", "csv");
        string[] columns = csv.OutputLines[0].Split(',');
        Assert.Equal(
            ["class_class_error", "class_x", "class_EXPRESSION", "class_error", "top", "class_Top", "class_face", "film", "error"],
            columns[15..]);
        Assert.Equal(columns.Length, columns.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Mexp json = await Mexp.RunAsync(surroundings, "predict", _picture, "--model", _folder["own.onnx"], "--format", "ndjson");
        JsonElement picture = JsonDocument.Parse(json.OutputLines[0]).RootElement, face = picture.GetProperty("faces")[0];
        Assert.Equal(labels, face.GetProperty("probabilities").EnumerateObject().Select(one => one.Name));
        foreach (JsonElement one in new[] { picture, face })
        {
            string[] members = [.. one.EnumerateObject().Select(member => member.Name)];
            Assert.Equal(members.Distinct(), members);
        }
    }

    [Fact]
    public void Expressions_come_in_their_own_order_under_their_own_names()
    {
        FaceClassifier classifier = new(TestModel.Create(OriginalArchitectures.MicroExpNet(labels: ["sad", "happiness", "neutral"])));
        Assert.Equal(OriginalArchitectures.DefaultLabels, classifier.Labels);
        byte[] face = new byte[84 * 84];
        new Random(1).NextBytes(face);
        ClassScores scores = classifier.Classify(new ImageView(face, 84, 84, 84));
        ExpressionScores expected = new ExpressionRecognizer(classifier.Network.Model).Recognize(face, 84, 84, 84);
        foreach (Expression expression in Enum.GetValues<Expression>())
        {
            Assert.Equal(expected[expression], scores.Probabilities[(int)expression]);
        }
        Assert.Equal(0, scores["fear"]);
        Assert.Contains(
            "there is no class 'bored'", Assert.Throws<ArgumentException>(() => scores["bored"]).Message, StringComparison.Ordinal);
    }
}
