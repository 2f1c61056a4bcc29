using System.Text.RegularExpressions;
using MicroExpNet.Benchmarks;
using MicroExpNet.Tests;

namespace MicroExpNet.Cli.Tests;

/// <summary>The README's speeds are those of the results that are committed beside the benchmarks.</summary>
public sealed partial class SpeedTableTests
{
    private static readonly string Readme = File.ReadAllText(ReferenceData.Repository("README.md"));

    [Fact]
    public void The_readme_shows_the_table_of_the_results_it_names()
    {
        string file = ResultsFile().Match(Readme).Value;
        Assert.NotEqual("", file);
        Assert.Contains(SpeedTable.Markdown(SpeedReport.Load(ReferenceData.Repository(file))), Readme, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_page_of_results_shows_its_figures_under_the_processors_name()
    {
        string folder = ReferenceData.Repository("benchmarks/results");
        string[] files = Directory.GetFiles(folder, "*.json");
        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            SpeedReport report = SpeedReport.Load(file);
            Assert.Equal(report.FileName, Path.GetFileNameWithoutExtension(file));
            Assert.Equal($"# {report.Processor}\n\n{SpeedTable.Markdown(report)}", File.ReadAllText(Path.ChangeExtension(file, ".md")));
        });
    }

    [GeneratedRegex(@"benchmarks/results/[\w.-]+\.json")]
    private static partial Regex ResultsFile();
}
