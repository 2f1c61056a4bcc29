using System.Reflection;

namespace MicroExpNet.Tests;

public sealed class AssemblySizeTests
{
    // The library is a small download: what an application, or a page in a browser, carries along beside the models.
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

        Assert.InRange(bytes, 1, 400_000);
    }
}
