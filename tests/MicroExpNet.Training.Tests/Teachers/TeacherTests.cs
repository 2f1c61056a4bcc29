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
        Model model = new Trainer(new TrainingSettings { Epochs = 1, BatchSize = 8 }, OriginalArchitectures.MicroExpNet(32, 32, data.Labels), data).Run(null, TestContext.Current.CancellationToken).Model;
        string path = Path.Combine(_folder, "teacher.onnx");
        model.Save(path);
        FaceDataSet turned = data with { Labels = ["place2", "place0", "place9"] };
        using OnnxTeacher teacher = new(path, new TeacherSettings());
        ImmutableArray<float[]> logits = teacher.Logits(turned, TestContext.Current.CancellationToken);
        Predictions own = Predictions.Run(new Network(model), PreparedFaces.Prepare(data, model.Architecture.Input, null));
        for (int i = 0; i < 40; i++)
        {
            Assert.Equal(own.Logits(i)[2], logits[i][0], 1e-4);
            Assert.Equal(own.Logits(i)[0], logits[i][1], 1e-4);
            Assert.Equal(Math.Min(logits[i][0], logits[i][1]), logits[i][2]);
        }

        Assert.Equal(["place9"], teacher.Lacks(turned));
        Assert.Throws<ModelFormatException>(() => teacher.Logits(data with { Labels = ["a", "b", "place0"] }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Logits_come_back_from_a_table_and_from_a_numpy_file()
    {
        FaceDataSet data = Shapes.Create(3);
        float[][] rows = [[1.5f, -2, 3], [0, 0.25f, -1e-3f], [7, 8, 9]];
        string table = Path.Combine(_folder, "logits.csv"), numpy = Path.Combine(_folder, "other.npy");
        using (FileStream stream = File.Create(table)) TeacherLogits.Write(stream, data.Labels, data.Samples.Select((sample, i) => (sample.Name, rows[i])));
        string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), }".PadRight(117) + "\n";
        byte[] content = [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(header), .. rows.SelectMany(row => row.SelectMany(BitConverter.GetBytes))];
        File.WriteAllBytes(numpy, content);
        File.WriteAllLines(Path.ChangeExtension(numpy, ".txt"), data.Samples.Select(sample => sample.Name));
        foreach (string path in new[] { table, numpy }) Assert.Equal(rows, TeacherLogits.Load(path, data.Labels).For(data));
        Assert.Contains("no logits for 1 of 4", Assert.Throws<DataSetFormatException>(() => TeacherLogits.Load(table, data.Labels).For(Shapes.Create(4))).Message, StringComparison.Ordinal);
        File.WriteAllBytes(numpy, content[..^4]);
        Assert.Throws<DataSetFormatException>(() => TeacherLogits.Load(numpy, data.Labels));
    }
}
