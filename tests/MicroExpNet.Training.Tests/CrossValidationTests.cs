using MicroExpNet.Architectures;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Optimizers;
using MicroExpNet.Training.Teachers;

namespace MicroExpNet.Training.Tests;

/// <summary>What the original's fold code does otherwise: it drops the first image of every fold, and ignores the teacher.</summary>
public sealed class CrossValidationTests : IDisposable
{
    private const int Folds = 3;

    private static readonly FaceDataSet Data = Shapes.Create(96);

    private readonly string _folder = Directory.CreateTempSubdirectory("folds-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_face_is_looked_at_once_and_trained_on_in_all_other_folds()
    {
        FoldResult[] results = Run(Data, null, epochs: 1);
        Assert.Equal(Enumerable.Range(1, Folds), results.Select(result => result.Fold));
        Assert.Equal(96, results.Sum(result => result.Result.Samples));
        Assert.All(results, result => Assert.Equal(96, result.TrainingFaces + result.Result.Samples));
        for (int label = 0; label < 3; label++) Assert.Equal(32, results.Sum(result => result.Result.Confusion[label].Sum()));
        for (int fold = 1; fold <= Folds; fold++)
        {
            int[] folds = DataSplit.Folds(Data, Folds);
            string first = Data.Samples[Array.IndexOf(folds, fold)].Name;
            Assert.Equal(first, DataSplit.Fold(Data, fold, Folds).Validation.Samples[0].Name);
            int other = (fold % Folds) + 1;
            Assert.Contains(first, DataSplit.Fold(Data, other, Folds).Training.Samples.Select(sample => sample.Name));
        }
    }

    [Fact]
    public void A_teacher_is_heard_in_every_fold()
    {
        // It calls each class by the next one's name, and nothing but it counts: so do its pupils.
        string file = Path.Combine(_folder, "logits.csv");
        using (FileStream stream = File.Create(file))
        {
            TeacherLogits.Write(
                stream, Data.Labels,
                Data.Samples.Select(
                sample => (sample.Name, Enumerable.Range(0, 3).Select(i => i == (sample.Label + 1) % 3 ? 9f : 0).ToArray())));
        }
        FoldResult[] taught = Run(Data, TeacherLogits.Load(file, Data.Labels), epochs: 12), alone = Run(Data, null, epochs: 12);
        Assert.All(taught, result => Assert.True(result.Result.Accuracy < 0.1, $"{result.Result.Accuracy:p0}"));
        Assert.All(alone, result => Assert.True(result.Result.Accuracy > 0.9, $"{result.Result.Accuracy:p0}"));
    }

    [Fact]
    public void What_cannot_be_run_is_refused_before_it_runs()
    {
        TrainingOptions options = new() { Epochs = 1 };
        Architecture network = OriginalArchitectures.MicroExpNet(24, 24, Data.Labels);
        Assert.Throws<ArgumentNullException>(() => new CrossValidation(null!, network, Data, Folds));
        Assert.Throws<ArgumentNullException>(() => new CrossValidation(options, null!, Data, Folds));
        Assert.Throws<ArgumentNullException>(() => new CrossValidation(options, network, null!, Folds));
        Assert.Throws<ArgumentException>(() => new CrossValidation(options with { Epochs = 0 }, network, Data, Folds));
        Assert.Throws<ArgumentException>(() => new CrossValidation(options, network, Data, 1));
        Assert.Contains(
            "too few for 1000 folds", Assert.Throws<ArgumentException>(() => new CrossValidation(options, network, Data, 1000)).Message,
            StringComparison.Ordinal);
    }

    private static FoldResult[] Run(FaceDataSet data, TeacherLogits? teacher, int epochs)
    {
        TrainingOptions settings = new()
        {
            Epochs = epochs,
            BatchSize = 16,
            LearningRate = 3e-3,
            Schedule = ScheduleKind.OneCycle,
            Temperature = 1,
            Lambda = 1,
            Threads = 2,
        };
        return [.. new CrossValidation(
            settings, OriginalArchitectures.MicroExpNet(24, 24, data.Labels), data, Folds) { Teacher = teacher }.Run(
            null, TestContext.Current.CancellationToken)];
    }
}
