using System.IO.Compression;
using MicroExpNet.Architectures;
using MicroExpNet.Tests;
using MicroExpNet.Training.DataSets;
using SkiaSharp;

namespace MicroExpNet.Training.Tests.DataSets;

public sealed class FaceDataSetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("faces-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void FerPlus_by_majority_has_the_published_numbers()
    {
        FaceDataSet training = Load(ReferenceData.Path("data/ferplus-train.zip")),
            validation = Load(ReferenceData.Path("data/ferplus-valid.zip"));
        Assert.Equal("FER+", training.Format);
        Assert.Equal(25_045, training.Samples.Length);
        Assert.Equal(3_191, validation.Samples.Length);
        Assert.Equal(8_733, training.Samples.Count(sample => sample.Label == (int)Expression.Neutral));
        Assert.Equal(116, training.Samples.Count(sample => sample.Label == (int)Expression.Disgust));
        Assert.All(training.Samples, sample => Assert.Equal(1, sample.SoftLabel.Sum(), 1e-5));
        Assert.All(validation.Samples, sample => Assert.Equal((48, 48), (sample.Image.Width, sample.Image.Height)));
    }

    [Fact]
    public void FerPlus_votes_follow_the_authors_rules()
    {
        // Columns: neutral, happiness, surprise, sadness, anger, disgust, fear, contempt, unknown, NF.
        Write("label.csv", """
            a.png,"(0, 0, 48, 48)",5,0,0,5,0,0,0,0,0,0
            b.png,"(0, 0, 48, 48)",6,1,1,1,1,0,0,0,0,0
            c.png,"(0, 0, 48, 48)",4,0,0,0,0,0,0,0,4,2
            d.png,"(0, 0, 48, 48)",2,3,0,0,0,0,0,1,1,1
            gone.png,"(0, 0, 48, 48)",9,0,0,0,0,0,0,0,1,0
            e.png,"(0, 0, 48, 48)",1,1,1,1,1,1,1,1,1,1
            f.png,nonsense

            """);
        foreach (string name in "abcdef".Select(letter => $"{letter}.png")) Picture(name);
        FaceDataSet majority = Load(_folder);
        Assert.Equal(["b.png", "d.png"], majority.Samples.Select(sample => sample.Name));
        Assert.Equal([(int)Expression.Neutral, (int)Expression.Happy], majority.Samples.Select(sample => sample.Label));
        Assert.Equal([0.4f, 0.6f], majority.Samples[1].SoftLabel.Where(share => share > 0));
        Assert.Contains(majority.Skipped, one => one.Name == "gone.png" && one.IsFault);
        Assert.Contains(majority.Skipped, one => one.Name == "label.csv, line 7" && one.IsFault);
        Assert.Equal(["a.png", "b.png", "c.png", "d.png"], Load(_folder, VoteRule.Any).Samples.Select(sample => sample.Name));
    }

    [Fact]
    public void A_picture_of_FerPlus_whose_name_starts_with_a_hash_is_no_comment()
    {
        Write("label.csv", "a.png,\"(0, 0, 48, 48)\",9,0,0,0,0,0,0,0,1,0\n#1.png,\"(0, 0, 48, 48)\",0,9,0,0,0,0,0,0,1,0\n");
        foreach (string name in new[] { "a.png", "#1.png" }) Picture(name);
        Assert.Equal(["a.png", "#1.png"], Load(_folder).Samples.Select(sample => sample.Name));
    }

    [Fact]
    public void Folders_of_classes_take_synonyms_folds_and_zips()
    {
        foreach (string file in new[] { "fold1/angry/a.png", "fold1/Happiness/b.png", "fold2/sad/c.png", "fold2/happy/d.png" })
        {
            Picture(file);
        }
        string zip = $"{_folder}.zip";
        ZipFile.CreateFromDirectory(_folder, zip);
        try
        {
            foreach (FaceDataSet data in new[] { Load(_folder), Load(zip) })
            {
                Assert.Equal(8, data.Labels.Length);
                Assert.Equal(
                    [(int)Expression.Happy, (int)Expression.Anger, (int)Expression.Happy, (int)Expression.Sadness],
                    data.Samples.Select(sample => sample.Label));
                Assert.Equal([1, 1, 2, 2], data.Samples.Select(sample => sample.Fold!.Value));
            }

            Assert.Equal(2, Load($"{zip}/fold2").Samples.Length);
        }
        finally
        {
            File.Delete(zip);
        }
    }

    [Fact]
    public void A_separator_at_the_end_of_a_path_is_no_part_of_the_name()
    {
        Picture("own/test/happy/a.png");
        Picture("own/train/sad/b.png");
        FaceDataSet data = Load(Path.Combine(_folder, "own") + Path.DirectorySeparatorChar);
        Assert.Equal(Path.Combine(_folder, "own"), data.Name);
        Assert.Equal("own, test", Path.GetFileName(data.SelectPart(DataPart.Test).Name));
        Assert.Equal($"{_folder} + own", (Load(_folder) with { Samples = [] }).Join(data).Name);
    }

    [Fact]
    public void Classes_of_ones_own_keep_their_names()
    {
        foreach (string file in new[] { "focused/a.png", "bored/b.png" }) Picture(file);
        Assert.Equal(["bored", "focused"], Load(_folder).Labels);
    }

    [Fact]
    public void The_originals_label_file_has_numbers_and_folds_in_its_paths()
    {
        Picture("data/fold3/x y.png");
        Picture("data/fold4/z.png");
        Write("labels.txt", "data/fold3/x y.png 5\ndata/fold4/z.png 0\ndata/fold4/z.png 0\ndata/fold4/q.png 8\n");
        FaceDataSet data = LoadNumbered("labels.txt", "8");
        Assert.Equal([5, 0], data.Samples.Select(sample => sample.Label));
        Assert.Equal([3, 4], data.Samples.Select(sample => sample.Fold!.Value));
        Assert.Contains(data.Skipped, one => one.Reason == "listed twice");
        Assert.Contains(data.Skipped, one => one.Reason == "its label '8' is ignored");
    }

    [Fact]
    public void A_picture_with_two_labels_is_left_out_and_named()
    {
        foreach (string name in new[] { "a.png", "b.png", "c.png" }) Picture(name);
        Write("t.csv", "path,label\na.png,happy\nb.png,sad\na.png,sadness\nb.png,sadness\nc.png,fear\na.png,happy\n");
        FaceDataSet data = Load(Path.Combine(_folder, "t.csv"));
        Assert.Equal(["b.png", "c.png"], data.Samples.Select(sample => sample.Name));
        Assert.Contains(data.Skipped, one => one.Name == "b.png" && one.Reason == "listed twice");
        Assert.Contains(data.Skipped, one => one.Name == "a.png" && one.Reason == "listed as 'happy' and as 'sadness'; left out");

        // Where labels play no part, it is a picture as any other.
        FaceDataSet unlabelled = FaceDataSet.Load(
            Path.Combine(_folder, "t.csv"), new DataSetOptions { KeepsLabels = true }, TestContext.Current.CancellationToken);
        Assert.Equal(["a.png", "b.png", "c.png"], unlabelled.Samples.Select(sample => sample.Name));
    }

    [Fact]
    public void Boxes_that_are_not_read_are_told()
    {
        Picture("a.png");
        Write("boxes.csv", "file,width,height,x,y,box_width,box_height,expression\na.png,8,8,1,1,4,4,happy\n");
        Write("sizes.csv", "file,width,height,expression\na.png,8,8,happy\n");
        Assert.Contains("boxes in its columns are not read", Assert.Single(Load(Path.Combine(_folder, "boxes.csv")).Warnings));
        Assert.Empty(Load(Path.Combine(_folder, "sizes.csv")).Warnings);
    }

    [Fact]
    public void A_fold_column_is_read_between_blanks_too()
    {
        foreach (string name in new[] { "a.png", "b c.png" }) Picture(name);
        Write("labels.txt", "a.png 5 2\nb c.png  1   7\nb c.png 1 x\n");
        FaceDataSet data = FaceDataSet.Load(
            Path.Combine(_folder, "labels.txt"), new DataSetOptions { Classes = ["5=happy", "1=anger"] },
                TestContext.Current.CancellationToken);
        Assert.Equal([5, 1], data.Samples.Select(sample => sample.Label));
        Assert.Equal([2, 7], data.Samples.Select(sample => sample.Fold!.Value));
        Assert.Equal("line 3", Assert.Single(data.Skipped, one => one.Name.StartsWith("line", StringComparison.Ordinal)).Name);
    }

    [Fact]
    public void Folds_of_some_faces_alone_are_refused()
    {
        FaceDataSet data = Shapes.Create(12);
        FaceDataSet some = data with
        {
            Samples = [.. data.Samples.Select((sample, i) => sample with { Fold = i == 7 ? null : (i % 3) + 1 })],
        };
        Assert.Contains(
            "1 of 12 faces are in no fold, e.g. shape0007", Assert.Throws<ArgumentException>(() => DataSplit.Fold(some, 1, 3)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_fold_column_is_read()
    {
        Picture("a.png");
        Picture("b.png");
        Write("labels.csv", "a.png,happy,2\nb.png,sad,7\n");
        Assert.Equal([2, 7], Load(Path.Combine(_folder, "labels.csv")).Samples.Select(sample => sample.Fold!.Value));
    }

    [Fact]
    public void A_label_files_first_line_may_name_its_columns()
    {
        Picture("a.png");
        Picture("b.png");
        Write("labels.csv", "path,label,fold\na.png,bored,2\nb.png,focused,7\n");
        FaceDataSet data = Load(Path.Combine(_folder, "labels.csv"));
        Assert.Equal(["bored", "focused"], data.Labels);
        Assert.Empty(data.Skipped);
    }

    [Fact]
    public void A_label_file_whose_images_are_missing_says_which()
    {
        Write("labels.txt", "gone/a.png happy\ngone/b.png sad\n");
        DataSetFormatException e = Assert.Throws<DataSetFormatException>(() => Load(Path.Combine(_folder, "labels.txt")));
        Assert.Equal(["gone/a.png", "gone/b.png"], e.Skipped.Select(one => one.Name));
        Assert.All(e.Skipped, one => Assert.True(one.IsFault));
    }

    [Fact]
    public void Two_data_sets_become_one_with_the_classes_of_the_first()
    {
        foreach (string file in new[] { "one/happy/a.png", "one/sad/b.png", "two/sadness/c.png" }) Picture(file);
        FaceDataSet one = Load(Path.Combine(_folder, "one")), two = Load(Path.Combine(_folder, "two")), both = one.Join(two);
        Assert.Equal(one.Labels, both.Labels);
        Assert.Equal(["happy/a.png", "sad/b.png", "sadness/c.png"], both.Samples.Select(sample => sample.Name));
        Assert.Equal(both.Samples[1].Label, both.Samples[2].Label);
        Assert.Contains("a face named", Assert.Throws<ArgumentException>(() => one.Join(one)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_without_pictures_are_told_of()
    {
        foreach (string file in new[] { "fold1/focused/a.png", "fold1/bored/b.png" }) Picture(file);
        Write("fold2/tired/notes.txt", "none yet");
        Directory.CreateDirectory(Path.Combine(_folder, "fold2", "calm"));
        Directory.CreateDirectory(Path.Combine(_folder, ".cache", "x"));
        FaceDataSet data = Load(_folder);
        Assert.Equal(["bored", "focused"], data.Labels);
        Assert.Equal(["calm", "tired"], data.Skipped.Where(one => one.Reason == "a class without faces").Select(one => one.Name));
    }

    [Fact]
    public void A_file_that_an_archive_holds_twice_is_told_of()
    {
        Picture("happy/a.png");
        Picture("sad/b.png");
        string zip = Path.Combine(_folder, "faces.zip");
        using (ZipArchive archive = ZipFile.Open(zip, ZipArchiveMode.Create))
        {
            foreach (string name in new[] { "happy/a.png", "sad/b.png", "happy/a.png" })
            {
                archive.CreateEntryFromFile(Path.Combine(_folder, name), name);
            }
        }

        FaceDataSet data = Load(zip);
        Assert.Equal(2, data.Samples.Length);
        Assert.Contains(data.Skipped, one => one is { Name: "happy/a.png", Reason: "twice in the archive", IsFault: true });
    }

    [Fact]
    public void Damaged_tables_and_archives_are_refused_by_name()
    {
        Write("label.csv", "a.png,\"(0, 0, 48, 48)\",9,0,0,0,0,0,0,0,1,0\n");
        Picture("a.png");
        string zip = $"{_folder}.zip";
        ZipFile.CreateFromDirectory(_folder, zip);
        try
        {
            byte[] bytes = File.ReadAllBytes(zip);
            Random random = new(4);
            for (int trial = 0; trial < 200; trial++)
            {
                byte[] broken = (byte[])bytes.Clone();
                for (int i = 0; i < 3; i++) broken[random.Next(broken.Length)] = (byte)random.Next(256);
                File.WriteAllBytes(zip, trial % 2 == 0 ? broken : broken[..random.Next(broken.Length)]);
                try
                {
                    Load(zip);
                }
                catch (Exception e) when (e is DataSetFormatException or IOException)
                {
                    Assert.DoesNotContain('\n', e.Message);
                }
            }
        }
        finally
        {
            File.Delete(zip);
        }
    }

    [Fact]
    public void Other_data_comes_under_the_same_classes_by_name()
    {
        foreach (string file in new[] { "focused/a.png", "bored/b.png", "tired/c.png" }) Picture(file);
        FaceDataSet data = Load(_folder);
        Assert.Equal(["bored", "focused", "tired"], data.Labels);
        Assert.Equal([2, 0, 1], data.WithLabels(["focused", "tired", "bored"]).Samples.Select(sample => sample.Label));
        Assert.Contains(
            "tired", Assert.Throws<ArgumentException>(() => data.WithLabels(["focused", "bored"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fer2013_holds_its_pixels()
    {
        string pixels = string.Join(' ', Enumerable.Range(0, 48 * 48).Select(i => i % 256));
        Write("fer2013.csv", $"emotion,pixels,Usage\n0,{pixels},Training\n6,{pixels},Training\n3,1 2 3,Training\n,{pixels},PublicTest\n");
        FaceDataSet data = Load(Path.Combine(_folder, "fer2013.csv"));
        Assert.Equal("FER2013", data.Format);
        Assert.Equal([(int)Expression.Anger, (int)Expression.Neutral], data.Samples.Select(sample => sample.Label));
        Assert.Equal(77, data.Samples[0].Image.Pixels[77]);
        Assert.Equal(2, data.Skipped.Count(one => one.Name.StartsWith("row", StringComparison.Ordinal)));
    }

    [Fact]
    public void Cohn_Kanade_gives_three_labelled_frames_and_a_neutral_one_in_ten_folds_by_subject()
    {
        for (int subject = 1; subject <= 20; subject++)
        {
            for (int frame = 1; frame <= 6; frame++)
            {
                Picture($"CK+/cohn-kanade-images/S{subject:000}/001/S{subject:000}_001_{frame:00000000}.png");
            }
            Write($"CK+ labels/Emotion/S{subject:000}/001/S{subject:000}_001_00000006_emotion.txt", $"   {subject % 7 + 1}.0000000e+00\n");
            Picture($"CK+/cohn-kanade-images/S{subject:000}/002/S{subject:000}_002_00000001.png");
        }

        Assert.Contains(
            "without its labels", Assert.Throws<DataSetFormatException>(() => Load(Path.Combine(_folder, "CK+"))).Message,
            StringComparison.Ordinal);
        FaceDataSet data = Load(_folder);
        Assert.Equal("CK+", data.Format);
        Assert.Equal(80, data.Samples.Length);
        FaceSample[] first = [.. data.Samples.Where(sample => sample.Subject == "S001")];
        Assert.Equal([0, 2, 2, 2], first.Select(sample => sample.Label));
        Assert.EndsWith("_00000001.png", first[0].Name, StringComparison.Ordinal);
        Assert.EndsWith("_00000006.png", first[3].Name, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, 10), data.Samples.Select(sample => sample.Fold!.Value).Distinct().Order());
        Assert.All(data.Samples, sample => Assert.Equal((int.Parse(sample.Subject!.AsSpan(1)) + 1) / 2, sample.Fold));
        Assert.Equal(20, data.Skipped.Count(one => one.Reason == "a sequence without a label"));
    }

    [Fact]
    public void What_macOS_puts_beside_the_pictures_is_passed_over()
    {
        // Below a folder that is hidden itself.
        const string root = ".own/CK+";
        for (int frame = 1; frame <= 5; frame++)
        {
            string name = $"S001_001_{frame:00000000}.png";
            Picture($"{root}/cohn-kanade-images/S001/001/{name}");
            Write($"{root}/cohn-kanade-images/S001/001/._{name}", "Mac OS X");
            Write($"{root}/__MACOSX/cohn-kanade-images/S001/001/._{name}", "Mac OS X");
            Write($"{root}/__MACOSX/cohn-kanade-images/S001/001/{name}", "Mac OS X");
        }

        Write($"{root}/Emotion/S001/001/S001_001_00000005_emotion.txt", "3");
        Write($"{root}/__MACOSX/Emotion/S001/001/._S001_001_00000005_emotion.txt", "Mac OS X");
        Directory.CreateDirectory(Path.Combine(_folder, root, ".git"));
        string zip = Path.Combine(_folder, "own.zip");
        ZipFile.CreateFromDirectory(Path.Combine(_folder, ".own"), zip);
        foreach (string path in new[] { Path.Combine(_folder, root), zip })
        {
            FaceDataSet data = Load(path);
            Assert.Equal("CK+", data.Format);
            Assert.Equal([0, 3, 3, 3], data.Samples.Select(sample => sample.Label));
            Assert.EndsWith("cohn-kanade-images/S001/001/S001_001_00000001.png", data.Samples[0].Name, StringComparison.Ordinal);
            Assert.DoesNotContain(data.Skipped, one => one.Reason != FaceDataSet.EmptyClass);
        }
    }

    [Fact]
    public void Oulu_gives_three_frames_of_strong_visible_light()
    {
        foreach (string light in new[] { "VL/Strong", "VL/Weak", "NI/Strong" })
        {
            for (int subject = 1; subject <= 11; subject++)
            {
                for (int frame = 0; frame < 5; frame++) Picture($"Oulu/{light}/P{subject:000}/Surprise/{frame:000}.jpeg");
            }
        }

        FaceDataSet data = Load(_folder);
        Assert.Equal("Oulu-CASIA", data.Format);
        Assert.Equal(33, data.Samples.Length);
        Assert.All(data.Samples, sample => Assert.Contains("VL/Strong", sample.Name, StringComparison.Ordinal));
        Assert.Equal(["002", "003", "004"], data.Samples.Take(3).Select(sample => Path.GetFileNameWithoutExtension(sample.Name)));
        Assert.Equal(10, data.Samples.Select(sample => sample.Fold).Distinct().Count());
        Assert.Contains(data.Skipped, one => one is { Name: "22 pictures", Reason: "before the last 3 of their sequences" });
        Assert.Equal("Oulu-CASIA", Load(Path.Combine(_folder, "Oulu", "VL", "Strong")).Format);
    }

    [Theory]
    [InlineData("p001/happy/000.png", "p002/sad/000.png")]
    [InlineData("p001/Happiness/smile.png", "p002/Anger/000.png")]
    public void Folders_of_persons_are_read_whole(params string[] files)
    {
        foreach (string file in files)
        {
            for (int i = 0; i < 5; i++) Picture(file.Replace("0.png", $"{i}.png").Replace("smile", $"smile{i}"));
        }

        FaceDataSet data = Load(_folder);
        Assert.NotEqual("Oulu-CASIA", data.Format);
        Assert.Equal(10, data.Samples.Length);
    }

    [Fact]
    public void Folds_take_every_face_once_and_part_persons()
    {
        FaceDataSet data = Shapes.Create(101, classes: 5).WithSubjects(name => name[^2..]);
        int[] folds = DataSplit.Folds(data, 7);
        Assert.All(data.Samples.Select((sample, i) => (sample.Subject, Fold: folds[i])).GroupBy(pair => pair.Subject), person =>
            Assert.Single(person.Select(pair => pair.Fold).Distinct()));
        HashSet<string> looked = [];
        for (int fold = 1; fold <= 7; fold++)
        {
            DataSplit split = DataSplit.Fold(data, fold, 7);
            Assert.Equal(101, split.Training.Samples.Length + split.Validation.Samples.Length);
            Assert.Empty(
                split.Training.Samples.Select(sample => sample.Subject)
                .Intersect(split.Validation.Samples.Select(sample => sample.Subject)));
            foreach (FaceSample sample in split.Validation.Samples) Assert.True(looked.Add(sample.Name));
        }

        Assert.Equal(101, looked.Count);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void A_share_that_leaves_a_side_empty_is_refused(double share) => Assert.Contains(
        "above 0 and below 1", Assert.Throws<ArgumentException>(() => DataSplit.HoldOut(Shapes.Create(12), share)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void One_fold_and_folds_that_are_not_there_are_refused()
    {
        FaceDataSet data = Shapes.Create(12);
        FaceDataSet whole = data with { Samples = [.. data.Samples.Select(sample => sample with { Fold = 1 })] };
        Assert.Throws<ArgumentException>(() => DataSplit.Folds(data, 1));
        Assert.Throws<ArgumentException>(() => DataSplit.Folds(whole, 1));
        Assert.Throws<ArgumentException>(() => DataSplit.Fold(data, 0, 3));
        Assert.Throws<ArgumentException>(() => DataSplit.Fold(data, 4, 3));
    }

    [Fact]
    public void What_is_missing_from_a_data_set_is_named()
    {
        FaceDataSet data = Shapes.Create(12);
        Assert.Equal("labels", Assert.Throws<ArgumentException>(() => data.WithLabels(default)).ParamName);
        Assert.Contains(
            "no face at position 999", Assert.Throws<ArgumentException>(() => data.Select("x", [0, 999])).Message,
            StringComparison.Ordinal);
        Assert.Equal("positions", Assert.Throws<ArgumentNullException>(() => data.Select("x", null!)).ParamName);
        Assert.Equal("other", Assert.Throws<ArgumentNullException>(() => data.Join(null!)).ParamName);
        Assert.Throws<ArgumentException>(() => data.Join(data with { Samples = default }));
        Assert.Throws<ArgumentException>(() => DataSplit.HoldOut(data with { Samples = default }, 0.5));
        Assert.Empty((data.Samples[0] with { SoftLabel = default }).SoftLabel);
        Assert.Empty(new DataSetOptions { Classes = default, ExpectedClasses = default, IgnoredLabels = default }.Classes);
    }

    [Fact]
    public void Held_out_faces_have_the_classes_shares()
    {
        DataSplit split = DataSplit.HoldOut(Shapes.Create(200, classes: 4), 0.2);
        Assert.Equal(
            [10, 10, 10, 10], Enumerable.Range(0, 4).Select(label => split.Validation.Samples.Count(sample => sample.Label == label)));
        Assert.Empty(
            split.Training.Samples.Select(sample => sample.Name).Intersect(split.Validation.Samples.Select(sample => sample.Name)));
    }

    // Numbers in the order of the eight expressions, as the original's label file has them.
    private FaceDataSet LoadNumbered(string file, params string[] ignored) => FaceDataSet.Load(
        Path.Combine(_folder, file), new DataSetOptions { Classes = OriginalArchitectures.DefaultLabels, IgnoredLabels = [.. ignored] },
            TestContext.Current.CancellationToken);

    private static FaceDataSet Load(string path, VoteRule votes = VoteRule.Majority) =>
        FaceDataSet.Load(path, new DataSetOptions { Votes = votes }, TestContext.Current.CancellationToken);

    private void Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void Picture(string name)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using SKBitmap bitmap = new(8, 8, SKColorType.Gray8, SKAlphaType.Opaque);
        using SKData data = bitmap.Encode(
            name.EndsWith("png", StringComparison.Ordinal) ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, 90);
        File.WriteAllBytes(path, data.ToArray());
    }
}
