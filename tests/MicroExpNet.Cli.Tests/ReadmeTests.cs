using System.Reflection;
using System.Text.RegularExpressions;
using MicroExpNet.Checkpoints;
using MicroExpNet.Tests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MicroExpNet.Cli.Tests;

/// <summary>The README's C# is compiled and run as it stands there, in a folder with the files it names.</summary>
[Collection(nameof(ReadmeTests))]
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
public sealed partial class ReadmeTests
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        """;

    public static TheoryData<int> Snippets => [.. Enumerable.Range(0, Blocks("csharp").Length)];

    [Theory]
    [MemberData(nameof(Snippets))]
    public void Each_snippet_compiles_and_runs(int index)
    {
        string checkpoint = ReferenceData.Path("seed-models/CK");
        using TemporaryFolder folder = new();
        CheckpointImporter.Import(checkpoint).Model.Save(folder["model.onnx"]);
        File.Copy(ReferenceData.Repository("samples/astronaut.png"), folder["photo.jpg"]);
        foreach (string file in Directory.GetFiles(checkpoint)) File.Copy(file, folder[Path.Combine("checkpoint", Path.GetFileName(file))]);

        if (Blocks("csharp")[index].Contains("film.mp4", StringComparison.Ordinal))
        {
            TestFilm.Write(folder["film.mp4"], "-loop 1 -r 5 -i PHOTO -t 1 -pix_fmt yuv420p -c:v libx264");
        }

        string snippet = Blocks("csharp")[index], printed = Run(Compile(snippet), folder.Path);
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
        Run(Compile(Blocks("csharp", "docs/training.md").Single()), folder.Path);
        Assert.Equal(65_000, MicroExpNet.Models.Model.Load(folder["mine.onnx"]).Architecture.ParameterCount);
    }

    [Fact]
    public void The_snippet_of_the_page_of_pixels_runs()
    {
        using TemporaryFolder folder = new();
        Assert.Equal("", Run(Compile(Blocks("csharp", "docs/pixels.md").Single()), folder.Path));
    }

    [Fact]
    public void The_quick_start_is_two_commands() => Assert.Equal(2, Blocks("sh")[0].Trim().Split('\n').Length);

    private static string Run(Assembly program, string folder)
    {
        string before = Environment.CurrentDirectory;
        TextWriter console = Console.Out;
        using StringWriter printed = new();
        try
        {
            Environment.CurrentDirectory = folder;
            Console.SetOut(printed);
            MethodInfo main = program.EntryPoint!;
            main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
            return printed.ToString();
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = before;
        }
    }

    private static Assembly Compile(string snippet)
    {
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        CSharpCompilation compilation = CSharpCompilation.Create(
            $"Snippet{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(snippet)],
            trusted.Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using MemoryStream assembly = new();
        Assert.Empty(
            compilation.Emit(assembly).Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
            .Select(diagnostic => diagnostic.ToString()));
        return Assembly.Load(assembly.ToArray());
    }

    private static string[] Blocks(string language, string page = "README.md") =>
        [.. Fence().Matches(File.ReadAllText(ReferenceData.Repository(page))).Where(match => match.Groups["language"].Value == language)
            .Select(match => match.Groups["text"].Value)];

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
