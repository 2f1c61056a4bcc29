using System.Text;
using MicroExpNet.Tests;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Detection;
using MicroExpNet.Training.Teachers;

namespace MicroExpNet.Training.Tests.DataSets;

/// <summary>Tables of labels in the forms that spreadsheets, pandas and data sets have.</summary>
public sealed class TableTests : IDisposable
{
    private static readonly string Pixels = string.Join(' ', Enumerable.Range(0, 48 * 48).Select(i => i % 251));

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_column_of_groups_is_read_where_one_is_named()
    {
        _folder.Pictures("a.png", "b.png", "c.png");
        _folder.Write("labels.csv", "file,label,Skin\na.png,happy,dark\nb.png,sad,light\nc.png,sad,\n");
        Assert.Equal(
            ["dark", "light", null],
            _folder.Load("labels.csv", new DataSetOptions { GroupColumn = "skin" }).Samples.Select(sample => sample.Group));
        Assert.All(_folder.Load("labels.csv").Samples, sample => Assert.Null(sample.Group));
        Assert.Contains(
            "no column 'age'; its first row is 'file', 'label', 'Skin'",
                _folder.Refusal("labels.csv", new DataSetOptions { GroupColumn = "age" }),
            StringComparison.Ordinal);
        Assert.Contains("no table", _folder.Refusal("", new DataSetOptions { GroupColumn = "age" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("t.csv", "path,label\na.png,fröhlich\nb.png,müde\n")]
    [InlineData("t.txt", "a.png fröhlich\nb.png müde\n")]
    [InlineData("t.csv", "\uFEFFpath,label\na.png,fröhlich\nb.png,müde\n")]
    public void Text_that_is_not_UTF_8_is_refused_and_UTF_16_with_its_mark_is_read(string name, string text)
    {
        _folder.Pictures("a.png", "b.png");
        foreach (Encoding encoding in new[] { new UTF8Encoding(), Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            _folder.Write(name, [.. encoding.GetPreamble(), .. encoding.GetBytes(text)]);
            Assert.Equal(["fröhlich", "müde"], _folder.Load(name).Labels);
        }

        _folder.Write(name, Latin(text));
        Assert.Equal(
            $"{_folder[name]}: its text is not UTF-8; save it as UTF-8 (spreadsheets: 'CSV UTF-8')", _folder.Refusal(name));
    }

    [Fact]
    public void Other_text_that_is_not_UTF_8_is_refused_too()
    {
        _folder.Pictures("numbers/0/a.png", "votes/fröhlich.png");
        _folder.Write("numbers/classes.txt", Latin("müde\n"));
        _folder.Write("votes/label.csv", Latin("fröhlich.png,\"(0, 0, 48, 48)\",9,0,0,0,0,0,0,0,1,0\n"));
        _folder.Write("boxes/boxes.csv", Latin($"file,x,y,w,h,eye1_x,eye1_y,eye2_x,eye2_y\nfröhlich.png,1,1,4,4,,,,\n"));
        _folder.Write("logits.csv", Latin("name,müde\na.png,1\n"));
        _folder.Write("false.csv", Latin($"{HardNegative.Header}\nfröhlich.png,9,9,1,1,2,2,1\n"));
        foreach ((string name, Action read) in new (string, Action)[]
        {
            ($"{_folder["numbers"]}: classes.txt", () => _folder.Load("numbers")),
            ($"{_folder["votes"]}: label.csv", () => _folder.Load("votes")),
            ($"{_folder["boxes"]}: boxes.csv", () => PictureSet.Load(_folder["boxes"])),
            (_folder["logits.csv"], () => TeacherLogits.Load(_folder["logits.csv"], ["müde"])),
            (_folder["false.csv"], () => HardNegative.Load(_folder["false.csv"])),
        })
        {
            Assert.StartsWith(
                $"{name}: its text is not UTF-8", Assert.Throws<DataSetFormatException>(read).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Rows_of_joined_tables_of_pixels_are_called_by_their_files()
    {
        FaceDataSet first = Table("a/px.csv"), second = Table("px_b.csv"), third = Table("b/px.csv");
        FaceDataSet joined = first.Join(second).Join(third);
        Assert.Equal(
            ["row 1", "row 2", "px_b.csv: row 1", "px_b.csv: row 2", "b/px.csv: row 1", "b/px.csv: row 2"],
            joined.Samples.Select(sample => sample.Name));
        foreach (FaceDataSet again in new[] { first, second })
        {
            Assert.EndsWith(
                ": its faces are there already; expected another table",
                Assert.Throws<ArgumentException>(() => joined.Join(again)).Message, StringComparison.Ordinal);
        }

        // Beside faces with names, rows are called as ever.
        _folder.Pictures("faces/happy/a.png");
        Assert.Equal(
            ["happy/a.png", "row 1", "row 2"], _folder.Load("faces").Join(first).Samples.Select(sample => sample.Name));

        FaceDataSet Table(string name)
        {
            _folder.Write(name, $"label,pixels\nhappy,{Pixels}\nsad,{Pixels}\n");
            return _folder.Load(name);
        }
    }

    [Fact]
    public void A_table_beside_the_pictures_is_told_to_be_unread()
    {
        _folder.Pictures("all/a.png", "all/b.png");
        _folder.Write("labels.csv", "file,label\nall/a.png,happy\nall/b.png,sad\n");
        SkippedFile table = Assert.Single(_folder.Load().Skipped, one => one.Name == "labels.csv");
        Assert.Contains("give the table itself", table.Reason, StringComparison.Ordinal);
        Assert.False(table.IsFault);
    }

    [Theory]
    [InlineData("a.png,happy\nb c.png,sad\n")]
    [InlineData("path,label\na.png,happy\nb c.png,sad\n")]
    [InlineData("path;label\r\na.png;happy\r\nb c.png;sad\r\n")]
    [InlineData("path\tlabel\na.png\thappy\nb c.png\tsad\n")]
    [InlineData("path|label\na.png|happy\nb c.png|sad")]
    [InlineData("\uFEFFpath,label\na.png,happy\nb c.png,sad\n")]
    [InlineData("\"path\",\"label\"\n\"a.png\",\"happy\"\n\"b c.png\",\"sad\"\n")]
    [InlineData(" Path , Label \n a.png , happy \n b c.png , sad \n")]
    [InlineData("label,path\nhappy,a.png\nsad,b c.png\n")]
    [InlineData("happy,a.png\nsad,b c.png\n")]
    [InlineData(",image,emotion\n0,a.png,happy\n1,b c.png,sad\n")]
    [InlineData("Unnamed: 0,emotion,file\n0,happy,a.png\n1,sad,b c.png\n")]
    [InlineData("user.id,image,emotion\nalice,a.png,happy\nbob,b c.png,sad\n")]
    [InlineData("0,a.png,happy\n1,b c.png,sad\n")]
    [InlineData("1,happy,a.png\n2,sad,b c.png\n")]
    [InlineData("id,subject,x,emotion,weight,picture_of\n7,p1,9,happy,0.5,a.png\n9,p2,8,sad,0.5,b c.png\n")]
    [InlineData("a.png happy\nb c.png sad\n")]
    [InlineData("path label\na.png happy\nb c.png sad\n")]
    [InlineData("a.png happy \nb c.png sad  \n")]
    [InlineData("# made by hand\n\na.png,happy\n\nb c.png,sad\n")]
    public void A_table_of_paths_and_labels_is_read(string text)
    {
        _folder.Pictures("a.png", "b c.png");
        _folder.Write("labels.csv", text);
        FaceDataSet data = _folder.Load("labels.csv");
        Assert.Equal(["a.png", "b c.png"], data.Samples.Select(sample => sample.Name));
        Assert.Equal([(int)Expression.Happy, (int)Expression.Sadness], data.Samples.Select(sample => sample.Label));
        Assert.DoesNotContain(data.Skipped, one => one.Reason != FaceDataSet.EmptyClass);
    }

    [Theory]
    [InlineData("# made by hand, in May\n#1.png,happy\n2.png,sad\n#3.png,sad\n")]
    [InlineData("file,label\n#1.png,happy\n2.png,sad\n#3.png,sad\n")]
    [InlineData("# made by hand\n#1.png happy\n2.png sad\n#3.png sad\n")]
    public void A_picture_whose_name_starts_with_a_hash_is_no_comment(string text)
    {
        _folder.Pictures("#1.png", "2.png", "#3.png");
        _folder.Write("labels.csv", text);
        FaceDataSet data = _folder.Load("labels.csv");
        Assert.Equal(["#1.png", "2.png", "#3.png"], data.Samples.Select(sample => sample.Name));
        Assert.DoesNotContain(data.Skipped, one => one.Reason != FaceDataSet.EmptyClass);
    }

    [Fact]
    public void A_line_without_a_separator_is_skipped_wherever_it_is()
    {
        _folder.Pictures("a.png", "b.png", "c.png");
        foreach (int at in new[] { 2, 3, 4, 40 })
        {
            List<string> lines = ["file,label,skin", "a.png,happy,1", "b.png,sad,2", "c.png,sad,3"];
            lines.AddRange(Enumerable.Range(0, 40).Select(i => $"gone{i}.png,sad,3"));
            lines.Insert(at - 1, "broken");
            _folder.Write("labels.csv", string.Join('\n', lines));
            FaceDataSet data = _folder.Load("labels.csv");
            Assert.Equal(["a.png", "b.png", "c.png"], data.Samples.Select(sample => sample.Name));
            Assert.Contains(data.Skipped, one => one.Name == $"line {at}" && one.Reason == "it has no label");
        }
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void A_table_in_utf_16_is_read(string encoding)
    {
        _folder.Pictures("a.png");
        File.WriteAllText(_folder["labels.csv"], "path,label\na.png,happy\n", System.Text.Encoding.GetEncoding(encoding));
        Assert.Single(_folder.Load("labels.csv").Samples);
    }

    [Fact]
    public void A_path_may_hold_the_separator_in_quotes()
    {
        _folder.Pictures("a, b.png", "c\"d.png");
        _folder.Write("labels.csv", "path,label\n\"a, b.png\",happy\n\"c\"\"d.png\",sad\n");
        Assert.Equal(["a, b.png", "c\"d.png"], _folder.Load("labels.csv").Samples.Select(sample => sample.Name));
    }

    [Fact]
    public void Folds_parts_and_persons_have_columns()
    {
        _folder.Pictures("a.png", "b.png");
        _folder.Write("labels.csv", "fold,split,subject,path,label\n2,train,p1,a.png,happy\n7,val,p2,b.png,sad\n");
        FaceDataSet data = _folder.Load("labels.csv");
        Assert.Equal([2, 7], data.Samples.Select(sample => sample.Fold!.Value));
        Assert.Equal([DataPart.Training, DataPart.Validation], data.Samples.Select(sample => sample.Part!.Value));
        Assert.Equal(["p1", "p2"], data.Samples.Select(sample => sample.Subject));
    }

    [Theory]
    [InlineData("emotion,pixels,Usage\n3,{0},Training\n6,{0},PublicTest\n")]
    [InlineData("emotion, Usage, pixels\n3, Training, {0}\n6, PublicTest, {0}\n")]
    [InlineData("emotion;pixels;Usage\n3;{0};Training\n6;{0};PublicTest\n")]
    [InlineData("\uFEFF\"emotion\",\"pixels\",\"Usage\"\r\n\"3\",\"{0}\",\"Training\"\r\n\"6\",\"{0}\",\"PublicTest\"\r\n")]
    [InlineData(",emotion,Usage,pixels\n0,3,Training,{0}\n1,6,PublicTest,{0}\n")]
    [InlineData("3,{0},Training\n6,{0},PublicTest\n")]
    public void Fer2013_is_read_in_its_forms(string text)
    {
        _folder.Write("fer.csv", text.Replace("{0}", Pixels, StringComparison.Ordinal));
        FaceDataSet data = _folder.Load("fer.csv");
        Assert.Equal("FER2013", data.Format);
        Assert.Equal([(int)Expression.Happy, (int)Expression.Neutral], data.Samples.Select(sample => sample.Label));
        Assert.Equal([DataPart.Training, DataPart.Validation], data.Samples.Select(sample => sample.Part!.Value));
        Assert.Equal(["row 1", "row 2"], data.Samples.Select(sample => sample.Name));
        Assert.Equal((48, 48, 77), (data.Samples[1].Image.Width, data.Samples[1].Image.Height, data.Samples[1].Image.Pixels[77]));
    }

    [Theory]
    [InlineData("what,mood\na.png,happy\n", "'what', 'mood'")]
    [InlineData("path,label,emotion\na.png,1,happy\n", "'path', 'label', 'emotion'")]
    [InlineData("a.png,happy,tired,late\n", "'a.png', 'happy', 'tired', 'late'")]
    [InlineData("one line of prose\nand another", "'one line of prose'")]
    public void Columns_that_cannot_be_told_are_named_beside_those_that_are_wanted(string text, string found)
    {
        _folder.Pictures("a.png");
        _folder.Write("labels.csv", text);
        string message = _folder.Refusal("labels.csv");
        Assert.Contains("wanted: 'path' (or file, image) and 'label' (or emotion, expression, class)", message, StringComparison.Ordinal);
        Assert.EndsWith($"found: {found}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_found_is_cut_at_80_characters()
    {
        _folder.Write("fer.csv", $"{Pixels},Training\n{Pixels},Training\n");
        string message = _folder.Refusal("fer.csv");
        Assert.Equal(80, message[(message.IndexOf("found: ", StringComparison.Ordinal) + 7)..].Length);
    }

    [Fact]
    public void Rows_that_cannot_be_used_are_named()
    {
        _folder.Pictures("a.png");
        _folder.Write(
            "labels.csv", "path,label,split\na.png,happy,train\n,happy,train\nb.png,,train\nc.png,sad,maybe\ngone.png,sad,test\n");
        FaceDataSet data = _folder.Load("labels.csv");
        Assert.Single(data.Samples);
        Assert.Equal(
            ["it has no path", "it has no label", "unknown part 'maybe'; expected train, validation or test", "there is no such file"],
            data.Skipped.Where(one => one.Reason != FaceDataSet.EmptyClass).Select(one => one.Reason));
        Assert.Equal("line 3", data.Skipped[0].Name);
    }

    [Fact]
    public void Real_tables_are_read()
    {
        FaceDataSet kaggle = Load("field/icml_face_data.csv"), semicolon = Load("field/fer2013-semicolon.csv"),
            fer = Load("field/fer2013.csv"), quoted = Load("field/quoted.csv");
        Assert.Equal("FER2013", kaggle.Format);
        Assert.Equal("FER2013", semicolon.Format);
        Assert.Equal(28, fer.Samples.Length);
        Assert.Equal(14, fer.SelectPart(DataPart.Training).Samples.Length);
        Assert.NotEmpty(quoted.Samples);
        Assert.DoesNotContain(quoted.Skipped, one => one.Reason != FaceDataSet.EmptyClass);
    }

    private static FaceDataSet Load(string path) =>
        FaceDataSet.Load(ReferenceData.Path(path), cancellationToken: TestContext.Current.CancellationToken);

    // As spreadsheets in Europe save it.
    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text.TrimStart('\uFEFF'));
}
