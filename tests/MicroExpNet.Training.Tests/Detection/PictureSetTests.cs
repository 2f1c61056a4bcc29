using System.IO.Compression;
using MicroExpNet.Tests;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Detection;
using SkiaSharp;

namespace MicroExpNet.Training.Tests.Detection;

public sealed class PictureSetTests : IDisposable
{
    private const string Header = "file,width,height,x,y,w,h,left_eye_x,left_eye_y,right_eye_x,right_eye_y";

    private readonly MadeUpPictures _pictures = new();

    public void Dispose() => _pictures.Dispose();

    [Fact]
    public void A_folder_and_its_archive_hold_the_same_pictures_with_their_faces()
    {
        ZipFile.CreateFromDirectory(_pictures.Path("heads"), _pictures.Path("heads.zip"));
        PictureSet folder = _pictures.Heads,
            archive = PictureSet.Load(_pictures.Path("heads.zip"), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(6, folder.Pictures.Length);
        Assert.Empty(folder.Skipped);
        foreach ((LabeledPicture first, LabeledPicture second) in folder.Pictures.Zip(archive.Pictures))
        {
            Assert.Equal(first.Name, second.Name);
            Assert.Equal(first.Image.Pixels, second.Image.Pixels);
            Assert.Equal<PlacedFace>(first.Faces, second.Faces);
        }

        Assert.Equal(new PlacedFace(70, 70, 100, new EyePositions(49, 58, 92, 57), 0.9f), Assert.Single(folder.Pictures[1].Faces));
    }

    [Fact]
    public void Sizes_and_shares_out_of_range_are_refused()
    {
        string path = _pictures.Path("heads");
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureSet.Load(path, -1, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => PictureSet.Load("", cancellationToken: TestContext.Current.CancellationToken));
        foreach (double share in (double[])[double.NaN, -0.1, 1.1])
        {
            Assert.Throws<ArgumentException>(() => _pictures.Heads.Part(share, last: true));
        }
    }

    [Fact]
    public void Faces_are_grouped_by_a_column_and_by_their_points_and_colours()
    {
        string folder = _pictures.Path("grouped");
        Directory.CreateDirectory(folder);

        // Left a light cheek, right a dark brown one, as photographs of skin have them.
        using (SKBitmap bitmap = new(200, 100))
        {
            bitmap.Erase(new SKColor(222, 190, 170));
            using SKCanvas canvas = new(bitmap);
            using SKPaint brown = new() { Color = new SKColor(80, 50, 35) };
            canvas.DrawRect(100, 0, 100, 100, brown);
            using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(Path.Combine(folder, "a.png"), png.ToArray());
        }

        const string points = "nose_x,nose_y,mouth_left_x,mouth_left_y,mouth_right_x,mouth_right_y,score,mask";
        File.WriteAllText(
            Path.Combine(folder, "boxes.csv"),
            $"{Header},{points}\n" +
            "a.png,200,100,20,20,60,60,35,40,65,40,50,55,40,65,60,65,0.9,mask\n" +
            "a.png,200,100,120,20,60,60,135,34,165,46,153,52,140,65,160,65,0.9,no mask\n");
        PictureSet set = PictureSet.Load(folder, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["mask", "no mask"], Groups("mask"));
        Assert.Equal(["ITA over 41 (light)", "ITA below -30 (dark)"], Groups("tone"));
        Assert.Equal(["frontal", "half turned"], Groups("turn"));
        Assert.Equal(["up to 10 degrees", "over 20 degrees"], Groups("tilt"));
        Assert.Contains(
            "no column 'age'; expected one of its columns, or tone, turn, tilt",
            Assert.Throws<DataSetFormatException>(() => set.GroupBy("age")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "no column 'nose_x', which tone follows from",
            Assert.Throws<DataSetFormatException>(() => _pictures.Heads.GroupBy("tone")).Message, StringComparison.Ordinal);

        IEnumerable<string?> Groups(string name) => set.GroupBy(name).Pictures[0].Faces.Select(face => face.Group);
    }

    [Fact]
    public void Without_boxes_pictures_have_no_faces_and_folders_below_are_read_too()
    {
        Directory.CreateDirectory(_pictures.Path("backgrounds/more"));
        File.Copy(_pictures.Path("backgrounds/0.png"), _pictures.Path("backgrounds/more/3.PNG"));
        File.WriteAllText(_pictures.Path("backgrounds/notes.txt"), "no picture");
        PictureSet set = _pictures.Backgrounds;
        Assert.Equal(["0.png", "1.png", "2.png", "more/3.PNG"], set.Pictures.Select(picture => picture.Name));
        Assert.All(set.Pictures, picture => Assert.Empty(picture.Faces));
        Assert.Empty(set.Skipped);
    }

    [Fact]
    public void Larger_pictures_are_brought_down_and_their_faces_with_them()
    {
        LabeledPicture picture = PictureSet.Load(
            _pictures.Path("heads"), maxSide: 70, cancellationToken: TestContext.Current.CancellationToken).Pictures[1];
        Assert.Equal((70, 70), (picture.Image.Width, picture.Image.Height));
        Assert.Equal(new PlacedFace(35, 35, 50, new EyePositions(24.5f, 29, 46, 28.5f), 0.9f), Assert.Single(picture.Faces));
    }

    [Theory]
    [InlineData("0.png,140,140,20,20,x,100,1,2,3,4", "boxes.csv, line 2", "expected a box and two eyes in pixels, or a box alone")]
    [InlineData("0.png,140,140,20,20,0,100,1,2,3,4", "boxes.csv, line 2", "expected a box and two eyes in pixels, or a box alone")]
    [InlineData("0.png,140,140,20,20,NaN,100,1,2,3,4", "boxes.csv, line 2", "expected a box and two eyes in pixels, or a box alone")]
    [InlineData("0.png,140,140,20,20,1e99,100,1,2,3,4", "boxes.csv, line 2", "expected a box and two eyes in pixels, or a box alone")]
    [InlineData("0.png,140,140,20,20,100,-100,1,2,3,4", "boxes.csv, line 2", "expected a box and two eyes in pixels, or a box alone")]
    [InlineData("0.png,140,140,20,20", "boxes.csv, line 2", "expected a box and two eyes in pixels, or a box alone")]
    [InlineData("0.png,140,140,20,20,100,100,1,2,,", "boxes.csv, line 2", "expected a box and two eyes in pixels, or a box alone")]
    [InlineData("0.png,140,140,500,20,100,100,520,40,560,40", "0.png", "its face lies outside the picture of 140×140")]
    [InlineData(
        "gone.png,140,140,20,20,100,100,49,58,92,57", "gone.png", "there is no such picture; expected its path from the table's folder on")]
    [InlineData("0.png,140,150,20,20,100,100,,,,", "0.png", "boxes.csv says 140×150, but the picture is 140×140, upright")]
    [InlineData(
        "0.png,140,x,20,20,100,100,,,,", "boxes.csv, line 2", "'140×x' is no size of a picture; expected width and height in pixels")]
    [InlineData("0.png,140,140,-200,-200,500,500,,,,", "0.png", "its face is larger than the picture of 140×140")]
    [InlineData(
        "0.png,,,20,20,100,100,49,58,-1e30,57",
        "boxes.csv, line 2", "its eyes lie far outside its box; expected both in pixels of the picture")]
    public void A_line_that_cannot_be_used_is_told_and_its_picture_left_out(string line, string name, string reason)
    {
        File.WriteAllLines(_pictures.Path("heads/boxes.csv"), [Header, line, "1.png,140,140,20,20,100,100,49,58,92,57"]);
        PictureSet set = _pictures.Heads;
        Assert.Equal(new SkippedFile(name, reason, IsFault: true), Assert.Single(set.Skipped));
        Assert.Equal("1.png", Assert.Single(set.Pictures).Name);
    }

    [Fact]
    public void Blank_lines_of_a_table_of_faces_are_passed_over()
    {
        File.WriteAllLines(
            _pictures.Path("heads/boxes.csv"), [Header, "", "1.png,140,140,20,20,100,100,49,58,92,57", " ", ""]);
        PictureSet set = _pictures.Heads;
        Assert.Empty(set.Skipped);
        Assert.Equal("1.png", Assert.Single(set.Pictures).Name);
    }

    [Theory]
    [InlineData("high")]
    [InlineData("90%")]
    [InlineData("-1")]
    [InlineData("NaN")]
    public void A_score_that_is_none_is_told_and_never_guessed(string score)
    {
        File.WriteAllLines(
            _pictures.Path("heads/boxes.csv"),
            [Header + ",score", $"0.png,140,140,20,20,100,100,,,,,{score}", "1.png,,,20,20,100,100,,,,,0.5"]);
        SkippedFile skipped = Assert.Single(_pictures.Heads.Skipped);
        Assert.Equal(("boxes.csv, line 2", $"score '{score}'; expected a number from 0 to 1"), (skipped.Name, skipped.Reason));
        Assert.Equal(0.5f, Assert.Single(Assert.Single(_pictures.Heads.Pictures).Faces).Score);
    }

    [Fact]
    public void Photographs_need_a_table_with_a_score_of_each_face()
    {
        Assert.Contains("no boxes.csv with the faces", Fault(_pictures.Path("backgrounds")), StringComparison.Ordinal);
        File.WriteAllLines(_pictures.Path("heads/boxes.csv"), [Header, "0.png,,,20,20,100,100,,,,"]);
        Assert.Contains("has no column 'score'", Fault(_pictures.Path("heads")), StringComparison.Ordinal);
        File.WriteAllLines(
            _pictures.Path("heads/boxes.csv"), [Header + ",score", "0.png,,,20,20,100,100,,,,,", "1.png,,,20,20,100,100,,,,,1"]);
        PictureSet set = PictureSet.LoadPhotographs(_pictures.Path("heads"), TestContext.Current.CancellationToken);
        Assert.True(set.HasTable);
        Assert.Equal("1.png", Assert.Single(set.Pictures).Name);
        Assert.Equal("score ''; expected a number from 0 to 1", Assert.Single(set.Skipped).Reason);

        static string Fault(string path) => Assert.Throws<DataSetFormatException>(
            () => PictureSet.LoadPhotographs(path, TestContext.Current.CancellationToken)).Message;
    }

    [Fact]
    public void An_empty_table_is_told_and_its_pictures_are_not_taken_to_have_no_face()
    {
        File.WriteAllText(_pictures.Path("heads/boxes.csv"), "");
        Assert.Contains("boxes.csv: ", Assert.Throws<DataSetFormatException>(() => _pictures.Heads).Message, StringComparison.Ordinal);
        Assert.False(_pictures.Backgrounds.HasTable);
        Assert.Contains(
            "no boxes.csv, whose lines say the groups",
            Assert.Throws<DataSetFormatException>(() => _pictures.Backgrounds.GroupBy("tone")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_face_that_is_listed_twice_counts_once()
    {
        const string line = "0.png,140,140,20,20,100,100,49,58,92,57";
        File.WriteAllLines(_pictures.Path("heads/boxes.csv"), [Header, line, line]);
        Assert.Single(Assert.Single(_pictures.Heads.Pictures).Faces);
        Assert.Equal(
            new SkippedFile("boxes.csv, line 3", "0.png: the same face as in a line before; it counts once", IsFault: true),
            Assert.Single(_pictures.Heads.Skipped));
    }

    [Theory]
    [InlineData("#0.png")]
    [InlineData("./0.png")]
    [InlineData("heads/0.png")]
    [InlineData("heads\\0.png")]
    [InlineData(".\\0.png")]
    public void Names_are_found_as_others_write_them_and_the_table_s_name_in_any_case(string name)
    {
        File.Delete(_pictures.Path("heads/boxes.csv"));
        File.Copy(_pictures.Path("heads/0.png"), _pictures.Path("heads/#0.png"));
        File.WriteAllLines(_pictures.Path("heads/Boxes.CSV"), [Header, $"{name},140,140,20,20,100,100,49,58,92,57"]);
        Assert.Equal(name[0] == '#' ? name : "0.png", Assert.Single(_pictures.Heads.Pictures).Name);
    }

    [Fact]
    public void Expressions_that_cannot_be_used_are_told_with_their_lines()
    {
        File.WriteAllLines(
            _pictures.Path("heads/expressions.csv"),
            [
                "file,x,y,w,h,expression", "0.png,20,20,80,120,happiness", "1.png,20,20,80,120,confused", "gone.png,20,20,80,120,fear",
                "2.png,20,x,80,120,fear",
            ]);
        List<SkippedFile> skipped = [];
        Assert.True(Assert.Single(_pictures.Heads.ReadExpressions(skipped)).Includes(Expression.Happy));
        Assert.Equal(["expressions.csv, line 3", "expressions.csv, line 4", "expressions.csv, line 5"], skipped.Select(one => one.Name));
        Assert.Contains("expression 'confused'; expected neutral, anger", skipped[0].Reason, StringComparison.Ordinal);
        Assert.StartsWith("gone.png: there is no such picture", skipped[1].Reason, StringComparison.Ordinal);
        Assert.Equal("expected a box in pixels", skipped[2].Reason);
        File.WriteAllText(_pictures.Path("heads/expressions.csv"), "file,x,y,w,h,label\n");
        Assert.Contains(
            "expressions.csv has no column 'expression'; expected file,x,y,w,h,expression",
            Assert.Throws<DataSetFormatException>(() => _pictures.Heads.ReadExpressions(skipped)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_few_pictures_either_part_has_one()
    {
        File.WriteAllLines(_pictures.Path("heads/boxes.csv"), [Header, "0.png", "1.png"]);
        PictureSet set = _pictures.Heads;
        Assert.Equal("0.png", Assert.Single(set.Part(0.15, last: false).Pictures).Name);
        Assert.Equal("1.png", Assert.Single(set.Part(0.15, last: true).Pictures).Name);
    }

    [Fact]
    public void A_line_with_a_name_alone_is_a_picture_without_faces_and_several_lines_are_several_faces()
    {
        File.WriteAllLines(
            _pictures.Path("heads/boxes.csv"),
            [Header, "0.png", "1.png,140,140,,,,,,,,", "2.png,140,140,20,20,50,50,30,30,50,30", "2.png,140,140,70,70,50,50,80,80,100,80"]);
        Assert.Equal([0, 0, 2], _pictures.Heads.Pictures.Select(picture => picture.Faces.Length));
    }

    [Fact]
    public void A_tight_box_becomes_the_square_of_the_cascade_and_eyes_stand_as_in_the_picture()
    {
        File.WriteAllLines(_pictures.Path("heads/boxes.csv"), [Header, "0.png,140,140,30,20,60,80,90,45,50,40"]);
        Assert.Equal(
            new PlacedFace(60, 60, 1.07f * 70, new EyePositions(50, 40, 90, 45)),
            Assert.Single(Assert.Single(_pictures.Heads.Pictures).Faces));
    }

    [Fact]
    public void A_box_without_eyes_is_a_face_whose_eyes_nobody_knows()
    {
        File.WriteAllLines(_pictures.Path("heads/boxes.csv"), [Header, "0.png,140,140,20,20,100,100,,,,"]);
        Assert.Equal(new PlacedFace(70, 70, 100, Eyes: null), Assert.Single(Assert.Single(_pictures.Heads.Pictures).Faces));
        Assert.Equal(
            new PlacedFace(35, 35, 50, Eyes: null),
            Assert.Single(
            PictureSet.Load(_pictures.Path("heads"), 70, cancellationToken: TestContext.Current.CancellationToken).Pictures[0].Faces));
    }

    [Fact]
    public void A_broken_picture_is_told_and_the_rest_is_read()
    {
        File.WriteAllBytes(_pictures.Path("heads/2.png"), [1, 2, 3]);
        File.CreateSymbolicLink(_pictures.Path("backgrounds/gone.png"), _pictures.Path("nowhere.png"));
        Assert.Equal(5, _pictures.Heads.Pictures.Length);
        SkippedFile broken = Assert.Single(_pictures.Heads.Skipped), gone = Assert.Single(_pictures.Backgrounds.Skipped);
        Assert.Equal("2.png", broken.Name);
        Assert.DoesNotContain("2.png", broken.Reason, StringComparison.Ordinal);
        Assert.Equal(new SkippedFile("gone.png", "a link that leads nowhere", IsFault: true), gone);
    }

    [Theory]
    [InlineData("nowhere", "there is no such folder or file")]
    [InlineData("empty", "no picture in it; expected .jpg")]
    [InlineData("text.zip", "neither a folder, a zip archive")]
    [InlineData("columns", "boxes.csv has no column 'left_eye_x'; expected file,width")]
    [InlineData("others", "no picture in it; gone.png: there is no such picture")]
    [InlineData("unnamed", "its boxes.csv names no picture; expected a line for each face")]
    [InlineData("quotes", "damaged")]
    public void A_set_that_is_none_is_told_in_a_line(string name, string message)
    {
        foreach (string folder in new[] { "empty", "columns", "others", "unnamed", "quotes" })
        {
            Directory.CreateDirectory(_pictures.Path(folder));
        }

        File.WriteAllText(_pictures.Path("text.zip"), "no archive");
        File.WriteAllText(_pictures.Path("columns/boxes.csv"), "file,x,y,w,h\na.png,1,2,3,4\n");
        File.WriteAllText(_pictures.Path("others/boxes.csv"), $"{Header}\ngone.png,140,140,20,20,100,100,1,2,3,4\n");
        File.WriteAllText(_pictures.Path("unnamed/boxes.csv"), $"{Header}\n");
        File.WriteAllBytes(_pictures.Path("unnamed/a.png"), [1, 2, 3]);
        File.WriteAllText(_pictures.Path("quotes/boxes.csv"), $"{Header}\n\"a\"b.png,140,140,20,20,100,100,1,2,3,4\n");
        DataSetFormatException e = Assert.Throws<DataSetFormatException>(
            () => PictureSet.Load(_pictures.Path(name), cancellationToken: TestContext.Current.CancellationToken));
        Assert.StartsWith($"{_pictures.Path(name)}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void A_damaged_archive_loses_its_broken_pictures_alone()
    {
        ZipFile.CreateFromDirectory(
            _pictures.Path("heads"), _pictures.Path("heads.zip"), CompressionLevel.NoCompression, includeBaseDirectory: false);
        byte[] bytes = File.ReadAllBytes(_pictures.Path("heads.zip")), picture = File.ReadAllBytes(_pictures.Path("heads/3.png"));
        int at = bytes.AsSpan().IndexOf(picture);
        bytes.AsSpan(at + (picture.Length / 2), 20).Clear();
        File.WriteAllBytes(_pictures.Path("heads.zip"), bytes);
        PictureSet set = PictureSet.Load(_pictures.Path("heads.zip"), cancellationToken: TestContext.Current.CancellationToken);
        SkippedFile damaged = Assert.Single(set.Skipped);
        Assert.Equal(("3.png", "damaged in the archive: these are not the bytes that were packed"), (damaged.Name, damaged.Reason));
        Assert.Equal(5, set.Pictures.Length);
    }

    [Fact]
    public void Parts_are_the_first_and_the_last_by_name_and_make_the_whole()
    {
        PictureSet set = _pictures.Heads;
        Assert.Equal(["0.png", "1.png", "2.png", "3.png"], set.Part(0.3, last: false).Pictures.Select(picture => picture.Name));
        Assert.Equal(["4.png", "5.png"], set.Part(0.3, last: true).Pictures.Select(picture => picture.Name));
    }

    [Fact]
    public void The_heads_of_the_reference_data_are_read()
    {
        string heads = ReferenceData.Path("data/heads.zip");
        using ZipArchive archive = ZipFile.OpenRead(heads);
        using StreamReader reader = new(archive.GetEntry("heads/boxes.csv")!.Open());
        string[] columns = reader.ReadLine()!.Split(','), first = reader.ReadLine()!.Split(',');
        float Value(string column) => float.Parse(first[Array.IndexOf(columns, column)], System.Globalization.CultureInfo.InvariantCulture);
        using ZipArchive few = ZipFile.Open(_pictures.Path("few.zip"), ZipArchiveMode.Create);
        foreach ((string name,
            byte[] content) in new[] { (
            "heads/boxes.csv", System.Text.Encoding.UTF8.GetBytes($"{string.Join(',', columns)}\n{string.Join(',', first)}\n")),
            ($"heads/{first[0]}", Read(archive, $"heads/{first[0]}")) })
        {
            using Stream entry = few.CreateEntry(name).Open();
            entry.Write(content);
        }

        few.Dispose();
        LabeledPicture picture = Assert.Single(
            PictureSet.Load(_pictures.Path("few.zip"), cancellationToken: TestContext.Current.CancellationToken).Pictures);
        PlacedFace face = Assert.Single(picture.Faces);
        Assert.Equal((Value("width"), Value("height")), (picture.Image.Width, picture.Image.Height));
        Assert.Equal(Value("x") + (Value("w") / 2), face.X, 1e-3);
        Assert.Equal(1.07 * (Value("w") + Value("h")) / 2, face.Side, 1e-3);
        Assert.Equal(Value("left_eye_x"), face.Eyes!.Value.LeftX);
    }

    private static byte[] Read(ZipArchive archive, string name)
    {
        using Stream stream = archive.GetEntry(name)!.Open();
        using MemoryStream memory = new();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    [Fact]
    public void A_table_may_name_files_from_the_root_and_eyes_by_number_and_say_how_sure_it_is()
    {
        File.WriteAllLines(_pictures.Path("heads/boxes.csv"),
        [
            "file,width,height,x,y,w,h,eye1_x,eye1_y,eye2_x,eye2_y,nose_x,score",
            "sub/0.png,140,140,20,20,100,100,48,58,92,58,70,0.55",
            "sub/1.png,140,140,20,20,100,100,,,,,,",
        ]);
        Directory.CreateDirectory(_pictures.Path("set"));
        Directory.Move(_pictures.Path("heads"), _pictures.Path("set/sub"));
        File.WriteAllLines(
            _pictures.Path("set/sub/expressions.csv"),
            ["file,x,y,w,h,expression", "sub/0.png,20,20,80,120,anger|disgust", "sub/7.png,20,20,80,120,fear"]);
        PictureSet set = PictureSet.Load(_pictures.Path("set"), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["sub/0.png", "sub/1.png"], set.Pictures.Select(picture => picture.Name));
        Assert.Equal(new PlacedFace(70, 70, 100, new EyePositions(48, 58, 92, 58), 0.55f), Assert.Single(set.Pictures[0].Faces));
        Assert.Equal(new PlacedFace(70, 70, 100, null), Assert.Single(set.Pictures[1].Faces));
        List<SkippedFile> skipped = [];
        LabeledExpression expression = Assert.Single(set.ReadExpressions(skipped));
        Assert.Equal("sub/expressions.csv, line 3", Assert.Single(skipped).Name);
        Assert.Equal(("sub/0.png", 60f, 80f), (expression.Picture, expression.X, expression.Y));
        Assert.Equal(107, expression.Side, 1e-3);
        Assert.True(
            expression.Includes(Expression.Anger) && expression.Includes(Expression.Disgust) && !expression.Includes(Expression.Fear));
        using PhotoSource photos = set.OpenPhotos();
        using Vision.Photo photo = photos.Read(set.Pictures[0].Name);
        Assert.Equal(set.Pictures[0].Image.Pixels, photo.ToGray());
    }
}
