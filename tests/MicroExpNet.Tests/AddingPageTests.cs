namespace MicroExpNet.Tests;

/// <summary>The page that shows how to add an operator and the like shows what the files have.</summary>
public class AddingPageTests
{
    [Fact]
    public void Every_line_of_code_on_the_page_is_in_the_file_it_names()
    {
        string repository = RepositoryFolder.Path;
        string page = File.ReadAllText(Path.Combine(repository, "docs", "adding.md"));
        string[] blocks = [.. page.Split("```cs\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)])];
        Assert.InRange(blocks.Length, 8, 100);
        foreach (string block in blocks)
        {
            string[] lines = block.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Assert.StartsWith("// ", lines[0], StringComparison.Ordinal);
            HashSet<string> file = [.. File.ReadLines(Path.Combine(repository, lines[0][3..])).Select(line => line.Trim())];
            Assert.All(lines.Skip(1), line => Assert.Contains(line, file));
        }
    }
}
