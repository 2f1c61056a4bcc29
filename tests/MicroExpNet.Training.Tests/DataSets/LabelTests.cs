using System.Diagnostics;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Tests.DataSets;

/// <summary>What labels mean is said by the data or by the caller, never guessed.</summary>
public sealed class LabelTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Names_that_are_not_utf_8_are_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems have no such names");
        _folder.Pictures("happy/a.png", "sad/b.png");
        await Bash("cd \"$1\" && cp happy/a.png $'happy/caf\\xe9.png' && cp -r sad $'d\\xe9s'");
        try
        {
            FaceDataSet data = _folder.Load();
            Assert.Equal(["happy/a.png", "sad/b.png"], data.Samples.Select(sample => sample.Name));
            SkippedFile[] told = [.. data.Skipped.Where(one => one.Reason == "its name is not UTF-8; rename it")];
            Assert.Equal(["d\uFFFDs", "happy/caf\uFFFD.png"], told.Select(one => one.Name).Order(StringComparer.Ordinal));
            Assert.All(told, one => Assert.True(one.IsFault));
        }
        finally
        {
            // .NET cannot name them, so they could not be removed with the folder.
            await Bash("rm -r \"$1\"/happy/caf* \"$1\"/d*s");
        }

        async Task Bash(string script)
        {
            using Process bash = Process.Start("bash", ["-c", script, "bash", _folder.Root]);
            await bash.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public void A_folder_that_may_not_be_read_is_told_and_is_no_empty_class()
    {
        _folder.Pictures("happy/a.png", "sad/b.png", "bored/c.png");

        // The user root may read all.
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess) return;
        UnixFileMode own = File.GetUnixFileMode(_folder["bored"]);
        foreach (UnixFileMode mode in new[] { UnixFileMode.None, UnixFileMode.UserRead })
        {
            Close("bored", mode);
            FaceDataSet data = _folder.Load();
            File.SetUnixFileMode(_folder["bored"], own);
            Assert.Equal(["happy/a.png", "sad/b.png"], data.Samples.Select(sample => sample.Name));
            Assert.Contains(new SkippedFile("bored", "no permission to read this folder", IsFault: true), data.Skipped);
            Assert.DoesNotContain(new SkippedFile("bored", FaceDataSet.EmptyClass, IsFault: true), data.Skipped);
        }

        Close("happy", UnixFileMode.None);
        string refusal = _folder.Refusal("happy");
        File.SetUnixFileMode(_folder["happy"], own);
        Assert.Equal($"{_folder["happy"]}: no permission to read this folder", refusal);

        void Close(string folder, UnixFileMode mode)
        {
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder[folder], mode);
        }
    }

    [Theory]
    [InlineData("calm", Expression.Neutral)]
    [InlineData("Mad", Expression.Anger)]
    [InlineData("scornful", Expression.Contempt)]
    [InlineData("DISGUSTED", Expression.Disgust)]
    [InlineData("scared", Expression.Fear)]
    [InlineData("worried", Expression.Fear)]
    [InlineData("joyful", Expression.Happy)]
    [InlineData("unhappy", Expression.Sadness)]
    [InlineData("astonished", Expression.Surprise)]
    public void A_synonym_is_its_expression(string name, Expression expression)
    {
        _folder.Pictures($"{name}/a.png");
        FaceDataSet data = _folder.Load();
        Assert.Equal(8, data.Labels.Length);
        Assert.Equal((int)expression, Assert.Single(data.Samples).Label);
    }

    [Fact]
    public void Numbers_without_meaning_are_refused_with_their_counts()
    {
        _folder.Pictures("0/a.png", "0/b.png", "3/c.png", "10/d.png");
        string message = _folder.Refusal();
        Assert.Contains("'0' (2), '3' (1), '10' (1)", message, StringComparison.Ordinal);
        Assert.Contains("--classes", message, StringComparison.Ordinal);
        _folder.Pictures("happy/e.png");
        Assert.Contains("labels are numbers", _folder.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_classes_gives_numbers_their_meaning()
    {
        _folder.Pictures("0/a.png", "2/c.png");
        _folder.Write("classes.txt", "Neutral\r\nHappiness\r\nSadness\r\n");
        Assert.Equal([(int)Expression.Neutral, (int)Expression.Sadness], _folder.Load().Samples.Select(sample => sample.Label));
    }

    // AffectNet's order from 0, RAF-DB's from 1.
    [Theory]
    [InlineData(0, "neutral,happy,sad,surprise,fear,disgust,anger,contempt")]
    [InlineData(1, "surprise,fear,disgust,happiness,sadness,anger,neutral")]
    public void Names_in_order_give_numbers_their_meaning(int first, string order)
    {
        string[] names = order.Split(',');
        for (int i = 0; i < names.Length; i++) _folder.Pictures($"{first + i}/{names[i]}.png");
        FaceDataSet data = _folder.Load(options: new DataSetOptions { Classes = [.. names] });
        Assert.Equal(8, data.Labels.Length);
        Assert.All(data.Samples, sample => Assert.Equal(Parse(Path.GetFileNameWithoutExtension(sample.Name)), (Expression)sample.Label));
    }

    [Fact]
    public void Numbers_that_may_count_from_0_or_from_1_are_refused_unless_each_is_named()
    {
        _folder.Pictures("1/a.png", "2/b.png");
        Assert.Contains(
            "from 0 or from 1", _folder.Refusal(options: new DataSetOptions { Classes = ["happy", "sad", "anger"] }),
            StringComparison.Ordinal);
        FaceDataSet data = _folder.Load(options: new DataSetOptions { Classes = ["1=happy", "2=sad"] });
        Assert.Equal([(int)Expression.Happy, (int)Expression.Sadness], data.Samples.Select(sample => sample.Label));
    }

    [Fact]
    public void A_class_beside_expressions_stops_the_reading_until_the_caller_chooses()
    {
        _folder.Pictures("bored/a.png", "happy/b.png", "sad/c.png", "sad/d.png");
        string message = _folder.Refusal();
        Assert.Contains("'bored' (1) is no expression, but 'happy' (1), 'sad' (2) are", message, StringComparison.Ordinal);
        Assert.Contains("--classes bored,happy,sad", message, StringComparison.Ordinal);
        Assert.Contains("--ignore-label bored", message, StringComparison.Ordinal);

        FaceDataSet own = _folder.Load(options: new DataSetOptions { Classes = ["bored", "happy", "sad"] });
        Assert.Equal(["bored", "happy", "sad"], own.Labels);
        Assert.Equal([0, 1, 2, 2], own.Samples.Select(sample => sample.Label));

        FaceDataSet ignored = _folder.Load(options: new DataSetOptions { IgnoredLabels = ["Bored"] });
        Assert.Equal(8, ignored.Labels.Length);
        Assert.Equal(3, ignored.Samples.Length);
        Assert.Contains(ignored.Skipped, one => one is { Name: "bored/a.png", IsFault: false });

        FaceDataSet expected = _folder.Load(options: new DataSetOptions { ExpectedClasses = ["sad", "happy", "bored"] });
        Assert.Equal(["sad", "happy", "bored"], expected.Labels);
        Assert.Equal([2, 1, 0, 0], expected.Samples.Select(sample => sample.Label));
    }

    [Fact]
    public void Labels_beyond_the_named_classes_are_refused()
    {
        _folder.Pictures("0/a.png", "5/b.png", "tired/c.png");
        Assert.Contains(
            "'5' (1), 'tired' (1) are none of the classes happy,sad",
            _folder.Refusal(options: new DataSetOptions { Classes = ["happy", "sad"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_to_ignore_that_no_face_has_is_refused()
    {
        _folder.Pictures("happy/a.png");
        Assert.Contains(
            "no face has the label 'bored'", _folder.Refusal(options: new DataSetOptions { IgnoredLabels = ["bored"] }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Names_in_any_language_can_be_given_a_meaning()
    {
        _folder.Pictures("wütend/a.png", "悲しい/b.png", "happy/c.png");
        FaceDataSet data = _folder.Load(options: new DataSetOptions { Classes = ["wütend=anger", "悲しい=sadness", "happy"] });
        Assert.Equal(8, data.Labels.Length);
        Assert.Equal([(int)Expression.Happy, (int)Expression.Anger, (int)Expression.Sadness], data.Samples.Select(sample => sample.Label));
    }

    [Fact]
    public void Labels_are_kept_as_they_are_where_they_play_no_part()
    {
        _folder.Pictures("0/a.png", "happy/b.png", "bored/c.png");
        Assert.Equal(
            ["0", "bored", "happy"], _folder.Load(options: new DataSetOptions { KeepsLabels = true }).Labels.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Fer2013_knows_its_numbers_and_no_others()
    {
        string pixels = string.Join(' ', Enumerable.Repeat(7, 48 * 48));
        _folder.Write("ck.csv", $"emotion,pixels\n3,{pixels}\n7,{pixels}\n");
        Assert.Contains("'7' (1) is none of the classes", _folder.Refusal("ck.csv"), StringComparison.Ordinal);
        FaceDataSet data = _folder.Load(
            "ck.csv", new DataSetOptions { Classes = ["anger", "disgust", "fear", "happy", "sadness", "surprise", "neutral", "contempt"] });
        Assert.Equal([(int)Expression.Happy, (int)Expression.Contempt], data.Samples.Select(sample => sample.Label));
        _folder.Write("own.csv", $"label,pixels\n3,{pixels}\n");
        Assert.Contains("labels are numbers", _folder.Refusal("own.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public void Crowd_votes_go_to_the_classes_that_their_expressions_mean()
    {
        // Columns: neutral, happiness, surprise, sadness, anger, disgust, fear, contempt, unknown, NF.
        _folder.Pictures("a.png", "b.png", "c.png");
        _folder.Write("label.csv", """
            a.png,"(0, 0, 48, 48)",6,0,0,2,0,0,2,0,0,0
            b.png,"(0, 0, 48, 48)",0,0,2,0,0,0,8,0,0,0
            c.png,"(0, 0, 48, 48)",0,6,0,0,0,0,0,4,0,0

            """);
        float[][] own = Votes(
            ["surprise=startled", "fear=afraid", "happy=glad", "sadness=low", "neutral=calm", "disgust=sick", "anger=cross",
                "contempt=scorn"], ignored: []);
        Assert.Equal([0, 0.2f, 0, 0.2f, 0.6f, 0, 0, 0], own[0]);
        Assert.Equal([0.2f, 0.8f, 0, 0, 0, 0, 0, 0], own[1]);
        Assert.Equal([0, 0, 0.6f, 0, 0, 0, 0, 0.4f], own[2]);

        // Two expressions of one class, and one that nobody is shown with most.
        float[][] merged = Votes(["neutral=calm", "fear=upset", "sadness=upset", "happy=glad"], ignored: []);
        Assert.Equal([0.6f, 0.4f, 0], merged[0]);
        Assert.Equal([0, 1, 0], merged[1]);
        Assert.Equal([0, 0, 1], merged[2]);

        // The eight expressions, without one that is ignored; a share is that of the votes that are left.
        Assert.Equal([0, 0, 0, 0, 0, 1, 0, 0], Votes([], ignored: ["contempt"])[2]);
        Assert.Equal([0.6f, 0, 0, 0, 0.2f, 0, 0.2f, 0], Votes([], ignored: ["contempt"])[0]);

        float[][] Votes(string[] classes, string[] ignored)
        {
            FaceDataSet data = _folder.Load(
                options: new DataSetOptions { Classes = [.. classes], IgnoredLabels = [.. ignored], MayLackIgnored = true });
            Assert.All(data.Samples, sample => Assert.Equal(1, sample.SoftLabel.Sum(), 1e-6));
            Assert.All(data.Samples, sample => Assert.Equal(sample.SoftLabel.Max(), sample.SoftLabel[sample.Label]));
            return [.. data.Samples.Select(sample => sample.SoftLabel.ToArray())];
        }
    }

    [Fact]
    public void Crowd_votes_follow_the_classes_of_a_model()
    {
        _folder.Pictures("a.png", "b.png");
        _folder.Write("label.csv", """
            a.png,"(0, 0, 48, 48)",6,0,0,0,0,0,2,2,0,0
            b.png,"(0, 0, 48, 48)",0,0,0,0,0,0,0,9,0,0

            """);
        FaceDataSet data = _folder.Load(options: new DataSetOptions
        {
            ExpectedClasses = ["surprise", "fear", "disgust", "happy", "sadness", "anger", "neutral"],
            IgnoredLabels = ["contempt"],
        });
        Assert.Equal([0, 0.25f, 0, 0, 0, 0, 0.75f], Assert.Single(data.Samples).SoftLabel);
        data.RequireConsistent();
    }

    private static Expression Parse(string name) => name switch
    {
        "sad" or "sadness" => Expression.Sadness,
        "happiness" => Expression.Happy,
        _ => Enum.Parse<Expression>(name, ignoreCase: true),
    };
}
