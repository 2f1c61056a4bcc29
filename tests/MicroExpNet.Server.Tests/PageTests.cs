using System.Globalization;
using MicroExpNet.Tests;

namespace MicroExpNet.Server.Tests;

/// <summary>The C# of the service's page and readme, compiled and run as it stands there, at another port.</summary>
[Collection(nameof(PageTests))]
[CollectionDefinition(nameof(PageTests), DisableParallelization = true)]
public sealed class PageTests
{
    [Theory]
    [InlineData("docs/server.md", 0, "happy 0.99")]
    [InlineData("docs/server.md", 1, "{\"frame\":1,")]
    [InlineData("docs/server.md", 2, "POST a picture to http://127.0.0.1:")]
    [InlineData("docs/server.md", 3, "POST a picture to http://127.0.0.1:")]
    [InlineData("src/MicroExpNet.Server/README.md", 0, "POST a picture to http://127.0.0.1:")]
    public async Task A_block_compiles_and_prints(string page, int index, string expected)
    {
        await using RunningService service = await RunningService.StartAsync();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mexp-page");
        try
        {
            File.Copy(ReferenceData.Repository("samples/astronaut.png"), Path.Combine(folder.FullName, "photo.jpg"));
            string code = Snippet.Blocks("csharp", page)[index].Replace(
                ":8080", ":" + service.Uri.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            Assert.Contains(expected, Snippet.Run(Snippet.Compile(code), folder.FullName), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
