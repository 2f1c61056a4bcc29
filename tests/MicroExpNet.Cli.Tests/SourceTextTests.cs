using System.Text.RegularExpressions;
using MicroExpNet.Tests;

namespace MicroExpNet.Cli.Tests;

/// <summary>The source text keeps the rules of CONTRIBUTING.md that no compiler checks.</summary>
public sealed partial class SourceTextTests
{
    private static IEnumerable<string> Sources =>
        from folder in new[] { "src", "tests", "benchmarks", "samples" }
        from file in Directory.EnumerateFiles(ReferenceData.Repository(folder), "*.cs", SearchOption.AllDirectories)
        select file;

    [Fact]
    public void No_line_is_longer_than_editorconfig_says()
    {
        string rule = File.ReadLines(ReferenceData.Repository(".editorconfig"))
            .Single(line => line.StartsWith("max_line_length", StringComparison.Ordinal));
        int limit = int.Parse(rule.Split('=')[1]);
        Assert.Empty(
            from file in Sources
            from line in File.ReadLines(file).Select((text, index) => (text, number: index + 1))
            where line.text.Length > limit
            select $"{file}:{line.number} has {line.text.Length} characters, {limit} are allowed");
    }

    [Fact]
    public void Every_name_of_the_glossary_is_a_name_of_the_code()
    {
        string[] rows = [.. File.ReadLines(ReferenceData.Repository("CONTRIBUTING.md"))
            .SkipWhile(line => line != "## Glossary").Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)];
        Assert.NotEmpty(rows);
        HashSet<string> names = [.. Sources.Where(file => file.StartsWith(ReferenceData.Repository("src"), StringComparison.Ordinal))
            .SelectMany(file => Identifier().Matches(File.ReadAllText(file)).Select(match => match.Value))];
        Assert.Empty(
            from row in rows
            from Match name in Quoted().Matches(row.Split('|')[3])
            where !names.Contains(name.Groups[1].Value)
            select $"{row.Split('|')[1].Trim()}: nothing in src is called {name.Groups[1].Value}");
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Identifier();

    [GeneratedRegex("`(.+?)`")]
    private static partial Regex Quoted();
}
