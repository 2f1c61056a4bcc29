namespace MicroExpNet.OpenCv.Tests;

public sealed class OpenCvRuntimeTests
{
    [Fact]
    public void A_library_that_the_runtime_needs_and_misses_is_named()
    {
        var loading = new DllNotFoundException(
            "Unable to load shared library 'OpenCvSharpExtern' or one of its dependencies.\n" +
            "libgtk-3.so.0: cannot open shared object file: No such file or directory\n" +
            "/app/libOpenCvSharpExtern: cannot open shared object file: No such file or directory\n");
        string message = OpenCvRuntime.Unavailable(new TypeInitializationException("OpenCvSharp.Internal.NativeMethods", loading)).Message;
        Assert.Equal($"OpenCV's runtime does not load (libgtk-3.so.0 is missing); {Installation.Advice}", message);
    }

    [Fact]
    public void A_runtime_that_is_not_there_at_all_is_named()
    {
        var loading = new DllNotFoundException("OpenCvSharpExtern: cannot open shared object file: No such file or directory");
        Assert.Equal(
            $"OpenCV's runtime does not load (OpenCvSharpExtern is missing); {Installation.PackageAdvice}",
            OpenCvRuntime.Unavailable(loading).Message);
    }

    [Fact]
    public void A_runtime_of_another_processor_is_told_apart() =>
        Assert.Contains(
            "another processor", OpenCvRuntime.Unavailable(new BadImageFormatException("bad ELF\nheader")).Message,
            StringComparison.Ordinal);
}
