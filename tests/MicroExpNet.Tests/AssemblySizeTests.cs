using System.Reflection;

namespace MicroExpNet.Tests;

public sealed class AssemblySizeTests
{
#if DEBUG
    // Code that was not optimised is a little larger.
    private const long Limit = 320_000;
#else
    private const long Limit = 300_000;
#endif

    [Fact]
    public void The_library_without_its_models_is_small()
    {
        Assembly library = typeof(ExpressionRecognizer).Assembly;
        long bytes = new FileInfo(library.Location).Length;
        foreach (string name in library.GetManifestResourceNames())
        {
            using Stream resource = library.GetManifestResourceStream(name)!;
            bytes -= resource.Length;
        }

        Assert.InRange(bytes, 1, Limit);
    }
}
