using System.Collections.Immutable;
using System.Text;
using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Evaluation;
using MicroExpNet.Training.Teachers;

namespace MicroExpNet.Training.Tests.Teachers;

public sealed class TeacherTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("teacher-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_teacher_answers_as_the_network_itself_in_the_data_sets_order_of_classes()
    {
        FaceDataSet data = Shapes.Create(40);
        Model model = new Trainer(
            new TrainingOptions { Epochs = 1, BatchSize = 8 }, OriginalArchitectures.MicroExpNet(32, 32, data.Labels), data)
            .Run(null, TestContext.Current.CancellationToken).Model;
        string path = Path.Combine(_folder, "teacher.onnx");
        model.Save(path);
        FaceDataSet turned = data with { Labels = ["place2", "place0", "place9"] };
        using OnnxTeacher teacher = new(path, new TeacherOptions());
        ImmutableArray<float[]> logits = teacher.Logits(turned, TestContext.Current.CancellationToken);
        Predictions own = Predictions.Run(new Network(model), PreparedFaces.Prepare(data, model.Architecture.Input, null));
        for (int i = 0; i < 40; i++)
        {
            Assert.Equal(own.Logits(i)[2], logits[i][0], 1e-4);
            Assert.Equal(own.Logits(i)[0], logits[i][1], 1e-4);
            Assert.Equal(Math.Min(logits[i][0], logits[i][1]), logits[i][2]);
        }

        Assert.Equal(["place9"], teacher.Lacks(turned));
        teacher.Dispose();
        Assert.Throws<ObjectDisposedException>(() => teacher.Logits(turned, TestContext.Current.CancellationToken));
        Assert.Throws<ModelFormatException>(
            () => teacher.Logits(data with { Labels = ["a", "b", "place0"] }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_teacher_prepares_faces_as_its_card_says()
    {
        FaceDataSet data = Shapes.Create(20, side: 48);
        Model model = new Trainer(
            new TrainingOptions { Epochs = 1, BatchSize = 8 }, OriginalArchitectures.MicroExpNet(32, 32, data.Labels), data)
            .Run(null, TestContext.Current.CancellationToken).Model;
        model = model.WithCard(model.Card with { Antialias = true, Leveling = 0.5f, MirrorMean = true });
        string path = Path.Combine(_folder, "prepared.onnx");
        model.Save(path);
        using OnnxTeacher teacher = new(path, new TeacherOptions());
        ImmutableArray<float[]> logits = teacher.Logits(data, TestContext.Current.CancellationToken);
        Predictions own = Predictions.Run(new Network(model), PreparedFaces.Prepare(data, model.Architecture.Input, model.Card));
        for (int i = 0; i < 20; i++)
        {
            for (int k = 0; k < 3; k++) Assert.Equal(own.Logits(i)[k], logits[i][k], 1e-4);
        }
    }

    [Fact]
    public void The_mean_of_several_teachers_is_that_of_their_logits()
    {
        ImmutableArray<float[]> mean = TeacherLogits.Mean([[[1, 2], [3, 4]], [[3, 0], [5, -4]]]);
        Assert.Equal([2, 1], mean[0]);
        Assert.Equal([4, 0], mean[1]);
        Assert.Throws<ArgumentException>(() => TeacherLogits.Mean([]));
        Assert.Throws<ArgumentException>(() => TeacherLogits.Mean([[[1, 2]], [[1, 2], [3, 4]]]));
        Assert.Throws<ArgumentException>(() => TeacherLogits.Mean([[[1, 2]], [[1, 2, 3]]]));
    }

    [Fact]
    public void A_teacher_in_colour_that_ends_in_a_softmax_and_says_nothing_of_itself_is_told_how_to_read()
    {
        // Without labels that are known and without scaling: both are given. Its probabilities' logarithms are logits but for a constant.
        FaceDataSet data = Shapes.Create(40);
        string[] strange = ["out0", "out1", "out2"];
        Architecture network = new ArchitectureBuilder("colour", new TensorShape(24, 24, 3)).Convolution("c", 5, 3, 6).Relu("r")
            .Flatten("f").FullyConnected("fc", 3).Append(new Softmax("s", 3, new TensorShape(1, 1, 3))).Build(strange);
        Random random = new(8);
        Model model = new(
            network,
            network.Layers.Select(
                layer => layer.ParameterCount == 0 ? null : new LayerParameters(Draw((int)layer.WeightCount), Draw(layer.BiasCount))),
            new ModelCard());
        string path = Path.Combine(_folder, "colour.onnx");
        model.Save(path);
        using OnnxTeacher teacher = new(
            path, new TeacherOptions { Labels = ["place1", "place2", "place0"], PixelScale = 1 / 255f, PixelOffset = -0.5f });
        ImmutableArray<float[]> logits = teacher.Logits(data, TestContext.Current.CancellationToken);
        Assert.Contains(
            "3 outputs for 2 labels",
            Assert.Throws<ModelFormatException>(() => new OnnxTeacher(path, new TeacherOptions { Labels = ["place1", "place2"] })).Message,
            StringComparison.Ordinal);
        Network own = new(model);
        for (int i = 0; i < data.Samples.Length; i++)
        {
            float[] probabilities = new float[3];
            own.Run([.. data.Samples[i].Image.Pixels.SelectMany(gray => Enumerable.Repeat((gray / 255f) - 0.5f, 3))], 1, probabilities);
            foreach ((int column, int place) in new[] { (0, 1), (1, 2), (2, 0) })
            {
                Assert.Equal(Math.Log(probabilities[column]), logits[i][place], 1e-3);
            }
        }

        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) / 4)];
    }

    [Fact]
    public void A_teachers_mirror_image_counts_as_much_as_the_face()
    {
        FaceDataSet data = Shapes.Create(12);
        FaceDataSet mirrored = data with
        {
            Samples = [.. data.Samples.Select(
                sample => sample with { Image = new GrayImage(
                [.. sample.Image.Pixels.Chunk(24).SelectMany(row => row.Reverse())], 24, 24) })],
        };
        Model model = new Trainer(
            new TrainingOptions { Epochs = 1, BatchSize = 8 }, OriginalArchitectures.MicroExpNet(24, 24, data.Labels), data)
            .Run(null, TestContext.Current.CancellationToken).Model;
        string path = Path.Combine(_folder, "teacher.onnx");
        model.Save(path);
        using OnnxTeacher plain = new(path, new TeacherOptions()), both = new(path, new TeacherOptions { Mirror = true });
        ImmutableArray<float[]> one = plain.Logits(data, TestContext.Current.CancellationToken),
            other = plain.Logits(mirrored, TestContext.Current.CancellationToken),
            mean = both.Logits(data, TestContext.Current.CancellationToken);
        for (int i = 0; i < 12; i++)
        {
            for (int label = 0; label < 3; label++) Assert.Equal((one[i][label] + other[i][label]) / 2, mean[i][label], 1e-4);
        }
    }

    [Fact]
    public void A_table_of_logits_may_call_expressions_by_their_synonyms()
    {
        string table = Path.Combine(_folder, "synonyms.csv");
        File.WriteAllText(table, "name,Sadness,happiness\nx.png,1,2\n");
        FaceDataSet data = Shapes.Create(1) with { Labels = ["happy", "sad"] };
        FaceDataSet named = data with { Samples = [data.Samples[0] with { Name = "x.png" }] };
        Assert.Equal([2, 1], TeacherLogits.Load(table, data.Labels).For(named)[0]);
        File.WriteAllText(table, "name,sad,\"happy\nx.png,1,2\n");
        Assert.DoesNotContain('\n', Assert.Throws<DataSetFormatException>(() => TeacherLogits.Load(table, data.Labels)).Message);
    }

    [Fact]
    public void A_face_whose_name_starts_with_a_hash_has_logits()
    {
        FaceDataSet data = Shapes.Create(1) with { Labels = ["a", "b", "c"] };
        data = data with { Samples = [data.Samples[0] with { Name = "#1.png" }] };
        string table = Path.Combine(_folder, "logits.csv");
        using (FileStream stream = File.Create(table)) TeacherLogits.Write(stream, data.Labels, [("#1.png", [1, 2, 3])]);
        Assert.Equal([1, 2, 3], TeacherLogits.Load(table, data.Labels).For(data)[0]);
    }

    [Fact]
    public void A_class_may_be_called_name()
    {
        FaceDataSet data = Shapes.Create(1) with { Labels = ["name", "b", "c"] };
        string table = Path.Combine(_folder, "logits.csv");
        using (FileStream stream = File.Create(table)) TeacherLogits.Write(stream, data.Labels, [(data.Samples[0].Name, [1, 2, 3])]);
        Assert.Equal([1, 2, 3], TeacherLogits.Load(table, data.Labels).For(data)[0]);
    }

    [Fact]
    public void Logits_come_back_from_a_table_and_from_a_numpy_file()
    {
        FaceDataSet data = Shapes.Create(3);
        float[][] rows = [[1.5f, -2, 3], [0, 0.25f, -1e-3f], [7, 8, 9]];
        string table = Path.Combine(_folder, "logits.csv"), numpy = Path.Combine(_folder, "other.npy");
        using (FileStream stream = File.Create(table))
        {
            TeacherLogits.Write(stream, data.Labels, data.Samples.Select((sample, i) => (sample.Name, rows[i])));
        }
        string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), }".PadRight(117) + "\n";
        byte[] content = [
            0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(header),
            .. rows.SelectMany(row => row.SelectMany(BitConverter.GetBytes))];
        File.WriteAllBytes(numpy, content);
        File.WriteAllLines(Path.ChangeExtension(numpy, ".txt"), data.Samples.Select(sample => sample.Name));
        foreach (string path in new[] { table, numpy }) Assert.Equal(rows, TeacherLogits.Load(path, data.Labels).For(data));

        // Editors and spreadsheets leave blank lines at the end.
        foreach (string text in new[] { table, Path.ChangeExtension(numpy, ".txt") }) File.AppendAllText(text, " \n\n");
        foreach (string path in new[] { table, numpy }) Assert.Equal(rows, TeacherLogits.Load(path, data.Labels).For(data));
        Assert.Contains(
            "no logits for 1 of 4",
            Assert.Throws<DataSetFormatException>(() => TeacherLogits.Load(table, data.Labels).For(Shapes.Create(4))).Message,
            StringComparison.Ordinal);
        File.WriteAllBytes(numpy, content[..^4]);
        Assert.Throws<DataSetFormatException>(() => TeacherLogits.Load(numpy, data.Labels));
    }

    [Fact]
    public void Logits_that_do_not_fit_the_classes_are_refused()
    {
        string table = Path.Combine(_folder, "none.csv");
        Assert.Equal("labels", Assert.Throws<ArgumentException>(() => TeacherLogits.Load(table, default)).ParamName);
        Assert.Equal("labels", Assert.Throws<ArgumentException>(() => TeacherLogits.Write(Stream.Null, default, [])).ParamName);
        foreach (float[]? wrong in (float[]?[])[[1], [1, 2, 3], [1, float.NaN], null])
        {
            Assert.Contains(
                "'b.png'",
                Assert.Throws<ArgumentException>(
                    () => TeacherLogits.Write(Stream.Null, ["x", "y"], [("a.png", [1, 2]), ("b.png", wrong!)])).Message,
                StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentException>(() => TeacherLogits.Mean([default]));
        Assert.Throws<ArgumentException>(() => TeacherLogits.Mean([[null!]]));
    }
}
