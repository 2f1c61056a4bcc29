using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MicroExpNet.Tests;

/// <summary>The code blocks of the pages, compiled and run as they stand there.</summary>
internal static partial class Snippet
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>Runs a program in a folder.</summary>
    /// <returns>What it prints.</returns>
    public static string Run(Assembly program, string folder)
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

    /// <summary>Compiles a block as a program; its warnings are failures.</summary>
    public static Assembly Compile(string snippet)
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

    /// <summary>The blocks of a page of this repository in a language.</summary>
    public static string[] Blocks(string language, string page = "README.md") =>
        [.. Fence().Matches(File.ReadAllText(ReferenceData.Repository(page))).Where(match => match.Groups["language"].Value == language)
            .Select(match => match.Groups["text"].Value)];

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
