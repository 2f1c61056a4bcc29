using MicroExpNet.Checkpoints;
using MicroExpNet.Tests;

namespace MicroExpNet.Cli.Tests;

/// <summary>The README's C# is compiled and run as it stands there, in a folder with the files it names.</summary>
[Collection(nameof(ReadmeTests))]
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
public sealed class ReadmeTests
{
    public static TheoryData<int> Snippets => [.. Enumerable.Range(0, Snippet.Blocks("csharp").Length)];

    [Theory]
    [MemberData(nameof(Snippets))]
    public void Each_snippet_compiles_and_runs(int index)
    {
        string checkpoint = ReferenceData.Path("seed-models/CK");
        using TemporaryFolder folder = new();
        CheckpointImporter.Import(checkpoint).Model.Save(folder["model.onnx"]);
        File.Copy(ReferenceData.Repository("samples/astronaut.png"), folder["photo.jpg"]);
        foreach (string file in Directory.GetFiles(checkpoint)) File.Copy(file, folder[Path.Combine("checkpoint", Path.GetFileName(file))]);

        if (Snippet.Blocks("csharp")[index].Contains("film.mp4", StringComparison.Ordinal))
        {
            TestFilm.Write(folder["film.mp4"], "-loop 1 -r 5 -i PHOTO -t 1 -pix_fmt yuv420p -c:v libx264");
        }

        string snippet = Snippet.Blocks("csharp")[index], printed = Snippet.Run(Snippet.Compile(snippet), folder.Path);
        if (snippet.Contains("PhotoAnnotator", StringComparison.Ordinal))
        {
            Assert.Contains("Happy ", printed, StringComparison.Ordinal);
            Assert.True(new FileInfo(folder["result.png"]).Length > 0);
        }

        if (snippet.Contains("film.mp4", StringComparison.Ordinal)) Assert.Contains("0.800 s: 1 faces", printed, StringComparison.Ordinal);
        if (snippet.Contains("CheckpointImporter", StringComparison.Ordinal)) Assert.Equal("65000", printed.Trim());
    }

    [Theory]
    [InlineData("mine.onnx", 65_000)]
    [InlineData("student.onnx", 65_000)]
    [InlineData("mine.onnx", 242_072)]
    public void Each_snippet_of_the_training_guide_trains(string written, int parameters)
    {
        using TemporaryFolder folder = new();
        FaceFolder.Create(folder, "faces", 20, "angry", "happy", "sad");
        File.Copy(ReferenceData.Repository("models/microexpnet-1.onnx"), folder["teacher.onnx"]);
        string[] snippets = Snippet.Blocks("csharp", "docs/training.md");
        Assert.Equal(3, snippets.Length);
        string snippet = snippets[written == "student.onnx" ? 1 : parameters == 65_000 ? 0 : 2];
        Snippet.Run(Snippet.Compile(snippet), folder.Path);
        Assert.Equal(parameters, MicroExpNet.Models.Model.Load(folder[written]).Architecture.ParameterCount);
    }

    [Fact]
    public void The_snippet_of_the_page_of_pixels_runs()
    {
        using TemporaryFolder folder = new();
        Assert.Equal("", Snippet.Run(Snippet.Compile(Snippet.Blocks("csharp", "docs/pixels.md").Single()), folder.Path));
    }

    [Fact]
    public void The_quick_start_is_two_commands() => Assert.Equal(2, Snippet.Blocks("sh")[0].Trim().Split('\n').Length);
}
