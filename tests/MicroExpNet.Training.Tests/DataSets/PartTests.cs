using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Tests.DataSets;

/// <summary>Splits that come with the data are kept, and no picture is on both sides unnoticed.</summary>
public sealed class PartTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train", "val", "test")]
    [InlineData("Training", "Validation", "Testing")]
    [InlineData("archive/train", "archive/valid", "archive/test")]
    public void Folders_of_parts_are_kept_apart(string train, string validation, string test)
    {
        _folder.Pictures(
            $"{train}/happy/a.png", $"{train}/sad/b.png", $"{train}/sad/fold2/c.png", $"{validation}/happy/d.png", $"{test}/sad/e.png");
        FaceDataSet data = _folder.Load();
        Assert.True(data.HasParts);
        Assert.Equal(
            [(DataPart.Training, 3), (DataPart.Validation, 1), (DataPart.Test, 1)], data.PartCounts.Select(part => (part.Key, part.Value)));
        DataSplit split = DataSplit.ByParts(data);
        Assert.Equal(3, split.Training.Samples.Length);
        Assert.Equal($"{validation}/happy/d.png", Assert.Single(split.Validation.Samples).Name);
        Assert.Equal($"{test}/sad/e.png", Assert.Single(_folder.Load(options: new DataSetOptions { Part = DataPart.Test }).Samples).Name);
    }

    [Fact]
    public void Kaggles_folders_without_validation_leave_none()
    {
        _folder.Pictures("train/happy/a.png", "test/happy/b.png");
        DataSplit split = DataSplit.ByParts(_folder.Load());
        Assert.Single(split.Training.Samples);
        Assert.Empty(split.Validation.Samples);
        Assert.Contains(
            "its parts are train 1, test 1", Assert.Throws<ArgumentException>(() => _folder.Load().SelectPart(DataPart.Validation)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "no faces in the part 'validation'", _folder.Refusal(options: new DataSetOptions { Part = DataPart.Validation }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void One_part_alone_is_no_split()
    {
        _folder.Pictures("test/happy/a.png", "test/sad/b.png");
        Assert.False(_folder.Load().HasParts);
        Assert.Contains(
            "does not come split", Assert.Throws<ArgumentException>(() => Shapes.Create(3).SelectPart(DataPart.Test)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void One_part_and_faces_in_none_are_a_split()
    {
        _folder.Pictures("happy/a.png", "sad/b.png", "test/happy/c.png", "a.png", "b.png", "c.png");
        _folder.Write("t.csv", "path,label,split\na.png,happy,test\nb.png,sad,\nc.png,happy,\n");
        FaceDataSet folder = _folder.Load(), table = _folder.Load("t.csv");
        Assert.True(folder.HasParts);
        Assert.True(table.HasParts);
        Assert.Equal("test/happy/c.png", Assert.Single(folder.SelectPart(DataPart.Test).Samples).Name);
        Assert.EndsWith(
            "no faces in the part 'train'; its parts are test 1, no part 2",
            Assert.Throws<ArgumentException>(() => table.SelectPart(DataPart.Training)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_of_FerPlus_are_its_parts()
    {
        foreach (string part in new[] { "FER2013Train", "FER2013Valid" })
        {
            _folder.Pictures($"{part}/a.png");
            _folder.Write($"{part}/label.csv", "a.png,\"(0, 0, 48, 48)\",9,0,0,0,0,0,0,0,1,0\n");
        }

        Assert.Equal([DataPart.Training, DataPart.Validation], _folder.Load().Samples.Select(sample => sample.Part!.Value));
        _folder.Pictures("more/a.png", "most/b.png");
        _folder.Write("more/label.csv", "a.png,\"(0, 0, 48, 48)\",9,0,0,0,0,0,0,0,1,0\n");
        _folder.Write("most/label.csv", "b.png,\"(0, 0, 48, 48)\",9,0,0,0,0,0,0,0,1,0\n");
        Assert.Contains("name one of their folders", _folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_and_mirrored_pictures_on_both_sides_are_found()
    {
        GrayImage a = DataFolder.Image("a"), b = DataFolder.Image("b");
        byte[] mirrored = [
            .. Enumerable.Range(0, a.Pixels.Length).Select(i => a.Pixels[(i / a.Width * a.Width) + a.Width - 1 - (i % a.Width)])];
        _folder.Write("train/happy/a.png", a.EncodePng());
        _folder.Write("train/sad/b.png", b.EncodePng());
        _folder.Write("val/happy/mirrored.png", new GrayImage(mirrored, a.Width, a.Height).EncodePng());
        _folder.Write("val/sad/again.png", b.EncodePng());
        _folder.Pictures("val/sad/new.png");
        IReadOnlyList<(FaceSample Training, FaceSample Validation)> found = DataSplit.ByParts(_folder.Load())
            .FindDuplicates(TestContext.Current.CancellationToken);
        Assert.Equal(
            [("train/happy/a.png", "val/happy/mirrored.png"), ("train/sad/b.png", "val/sad/again.png")],
            found.Select(pair => (pair.Training.Name, pair.Validation.Name)));
    }

    [Fact]
    public void Few_faces_of_each_class_are_held_out_too()
    {
        DataSplit split = DataSplit.HoldOut(Shapes.Create(14, classes: 7), 0.2);
        Assert.Equal(3, split.Validation.Samples.Length);
        Assert.Equal(3, split.Validation.Samples.Select(sample => sample.Label).Distinct().Count());
        Assert.Contains(
            "expected at least one each",
            Assert.Throws<ArgumentException>(() => DataSplit.HoldOut(Shapes.Create(2, classes: 2), 0.2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_face_without_a_subject_among_those_that_have_one_is_refused()
    {
        FaceDataSet without = Shapes.Create(12), with = without with
        {
            Samples = [.. without.Samples.Select((sample, i) => sample with { Name = $"own {i}", Subject = $"p{i % 4}" })],
        };
        FaceDataSet some = with with { Samples = with.Samples.SetItem(5, with.Samples[5] with { Subject = null }) };
        const string expected = "faces have no subject, e.g. ", right =
            "; expected one for each face (--subject finds it in names), or for none";
        foreach ((FaceDataSet data, string found) in new[]
        {
            (some, $"shapes: 1 of 12 {expected}own 5{right}"), (with.Join(without), $"12 of 24 {expected}shape0000{right}"),
        })
        {
            foreach (Action split in new Action[]
            {
                () => DataSplit.HoldOut(data, 0.25), () => DataSplit.Folds(data, 2), () => DataSplit.Fold(data, 1, 2),
            })
            {
                Assert.EndsWith(found, Assert.Throws<ArgumentException>(split).Message, StringComparison.Ordinal);
            }
        }

        DataSplit whole = DataSplit.HoldOut(with, 0.25);
        Assert.Single(whole.Validation.Samples.Select(sample => sample.Subject).Distinct());
    }

    [Fact]
    public void Equal_pictures_stay_together_in_splits_that_are_made()
    {
        FaceDataSet data = Shapes.Create(60);
        FaceDataSet twice = data with
        {
            Samples = [.. data.Samples, .. data.Samples.Select(sample => sample with { Name = $"{sample.Name} again" })],
        };
        for (ulong seed = 1; seed <= 5; seed++)
        {
            DataSplit held = DataSplit.HoldOut(twice, 0.3, seed);
            Assert.Empty(held.FindDuplicates(TestContext.Current.CancellationToken));
            Assert.InRange(held.Validation.Samples.Length, 20, 52);
            Assert.Empty(DataSplit.Fold(twice, 2, 4, seed).FindDuplicates(TestContext.Current.CancellationToken));
        }
    }
}
