using System.IO.Compression;
using System.Text.Json;
using MicroExpNet.Tests;
using MicroExpNet.Vision;
using SkiaSharp;

namespace MicroExpNet.Cli.Tests;

public sealed class ExplainTests : IDisposable
{
    private static readonly MexpSurroundings Real = new() { CreateDetector = (_, options) => FaceDetector.Default.With(options) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_mouth_speaks_for_a_smile_and_both_maps_show_it()
    {
        string png = _folder["why.png"], json = _folder["why.json"];
        Mexp run = await Mexp.RunAsync(Real, "explain", TestFilm.Portrait, "-o", png, "--values", json);
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.StartsWith("face 1: happy ", run.OutputLines[0], StringComparison.Ordinal);

        JsonElement face = Assert.Single(JsonDocument.Parse(File.ReadAllText(json)).RootElement.EnumerateArray());
        Assert.Equal("happy", face.GetProperty("class").GetString());
        foreach (string map in new[] { "occlusion", "gradients" })
        {
            float[][] rows = [.. face.GetProperty(map).EnumerateArray().Select(
                row => row.EnumerateArray().Select(value => value.GetSingle()).ToArray())];
            int height = rows.Length, width = rows[0].Length;

            // The lower half of the face, of which the mouth is the middle.
            float lower = rows.Skip(height / 2).Sum(row => row.Sum()), whole = rows.Sum(row => row.Sum());
            Assert.True(lower > whole / 2, $"{map}: {lower} of {whole}");
            Assert.True(whole > 0);
        }

        using SKBitmap picture = SKBitmap.Decode(png);
        int yellow = picture.Pixels.Count(pixel => pixel == new SKColor(0xff, 0xc9, 0x3c));
        Assert.InRange(yellow, 500, 50_000);
    }

    [Fact]
    public Task The_answer_of_the_sample_is_that_of_predict() => AssertAnswerAsync(TestFilm.Portrait);

    [Fact]
    public async Task The_answers_of_photographs_are_those_of_predict()
    {
        using ZipArchive photos = ZipFile.OpenRead(ReferenceData.Path("data/people.zip"));
        foreach (ZipArchiveEntry photo in photos.Entries.Where(entry => Photo.HasPictureName(entry.Name)).Take(2))
        {
            photo.ExtractToFile(_folder[photo.Name]);
            await AssertAnswerAsync(_folder[photo.Name]);
        }
    }

    [Fact]
    public async Task Nothing_speaks_for_anything_in_an_even_picture()
    {
        using SKBitmap even = new(96, 96, SKColorType.Rgba8888, SKAlphaType.Opaque);
        even.Erase(new SKColor(90, 90, 90));
        using SKData data = even.Encode(SKEncodedImageFormat.Png, 100);
        string json = _folder["why.json"];
        Mexp run = await Mexp.RunAsync(
            Real, "explain", _folder.Write("even.png", data.ToArray()), "-o", _folder["why.png"], "--faces", "whole", "--class", "sad",
            "--values", json);
        Assert.Equal("", run.Error);
        Assert.Contains("no part of it speaks for sadness", run.OutputLines[0], StringComparison.Ordinal);
        JsonElement face = Assert.Single(JsonDocument.Parse(File.ReadAllText(json)).RootElement.EnumerateArray());
        foreach (string map in new[] { "occlusion", "gradients" })
        {
            Assert.All(
                face.GetProperty(map).EnumerateArray().SelectMany(row => row.EnumerateArray()),
                value => Assert.Equal(0, value.GetSingle()));
        }
    }

    [Fact]
    public async Task No_picture_is_left_where_its_values_can_not_be_written()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has /dev/full");
        string picture = _folder.Write("in.png", Pictures.Png());
        Mexp run = await Mexp.RunAsync(
            "explain", picture, "--faces", "whole", "--model", TestModel.Path, "-o", _folder["why.png"], "--values", "/dev/full");
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains("cannot write /dev/full", run.Error, StringComparison.Ordinal);
        Assert.Equal(["in.png"], _folder.Files);
    }

    [Fact]
    public async Task The_answer_of_a_picture_that_is_decoded_to_fewer_pixels_is_that_of_predict()
    {
        using SKBitmap sample = SKBitmap.Decode(TestFilm.Portrait);
        using SKBitmap large = sample.Resize(new SKSizeI(4 * sample.Width, 4 * sample.Height), new SKSamplingOptions(SKFilterMode.Linear));
        using SKData data = large.Encode(SKEncodedImageFormat.Jpeg, 90);
        string picture = _folder.Write("large.jpg", data.ToArray());
        await AssertAnswerAsync(picture, "--min-face", "200");

        // Whatever is made of it.
        string[] predict = ["predict", picture, "--min-face", "200", "--format", "csv"];
        string rows = (await Mexp.RunAsync(Real, predict)).Output;
        Assert.Matches($",{large.Width},{large.Height},1,.*,happy,0[.]99", rows);
        Assert.Equal(rows, (await Mexp.RunAsync(Real, [.. predict, "--annotate", _folder["drawn"]])).Output);
        Mexp labelled = await Mexp.RunAsync(
            Real, "label", picture, "--min-face", "200", "--format", "csv", "-o", _folder["labels"]);
        Assert.Equal("", labelled.Error);
        string part = Assert.Single(Directory.GetFiles(_folder["labels"]));
        string face = string.Join(',', rows.Split('\n')[1].Split(',')[1..13]);
        Assert.Contains($",{face},", File.ReadLines(part).Last(), StringComparison.Ordinal);
    }

    private async Task AssertAnswerAsync(string picture, params string[] options)
    {
        string json = _folder["why.json"];
        Mexp run = await Mexp.RunAsync(Real, ["explain", picture, "-o", _folder["why.png"], "--values", json, .. options]);
        Assert.Equal("", run.Error);
        Mexp predicted = await Mexp.RunAsync(Real, ["predict", picture, "--format", "json", .. options]);
        JsonElement[] expected = [.. predicted.Json[0].GetProperty("faces").EnumerateArray()];
        JsonElement[] explained = [.. JsonDocument.Parse(File.ReadAllText(json)).RootElement.EnumerateArray()];
        Assert.Equal(
            expected.Select(face => face.GetProperty("box").ToString()), explained.Select(face => face.GetProperty("box").ToString()));
        Assert.Equal(
            expected.Select(face => face.GetProperty("expression").GetString()),
            explained.Select(face => face.GetProperty("class").GetString()));
        foreach ((JsonElement one, JsonElement other) in expected.Zip(explained))
        {
            foreach (JsonProperty share in one.GetProperty("probabilities").EnumerateObject())
            {
                Assert.Equal(share.Value.GetSingle(), other.GetProperty("probabilities").GetProperty(share.Name).GetSingle());
            }
        }
    }

    [Theory]
    [InlineData("no face found; --faces whole takes", ExitCode.InputFailed, "EVEN", "-o", "OUT")]
    [InlineData("nothing.png: no such file", ExitCode.InputFailed, "nothing.png", "-o", "OUT")]
    [InlineData("--output why.txt: expected a name that ends in .png", ExitCode.WrongCommand, "EVEN", "-o", "why.txt")]
    [InlineData("which is read, would be replaced", ExitCode.WrongCommand, "EVEN", "-o", "EVEN")]
    [InlineData("--class joy2: the model has no such class; expected one of neutral,", ExitCode.WrongCommand, "EVEN", "-o", "OUT",
        "--class", "joy2")]
    [InlineData("--output writes this file, too; name another", ExitCode.WrongCommand, "EVEN", "-o", "OUT", "--values", "OUT")]
    public async Task What_is_wrong_is_one_line(string line, int code, params string[] arguments)
    {
        Dictionary<string, string> names = new()
        {
            ["EVEN"] = _folder.Write("even.png", Pictures.Png()),
            ["OUT"] = _folder["out.png"],
        };
        Mexp run = await Mexp.RunAsync(Real, ["explain", .. arguments.Select(one => names.GetValueOrDefault(one, one))]);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(line, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(["even.png"], _folder.Files);
    }
}
