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

    [Fact]
    public void The_training_guides_snippet_trains()
    {
        using TemporaryFolder folder = new();
        FaceFolder.Create(folder, "faces", 20, "angry", "happy", "sad");
        Snippet.Run(Snippet.Compile(Snippet.Blocks("csharp", "docs/training.md").Single()), folder.Path);
        Assert.Equal(65_000, MicroExpNet.Models.Model.Load(folder["mine.onnx"]).Architecture.ParameterCount);
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
