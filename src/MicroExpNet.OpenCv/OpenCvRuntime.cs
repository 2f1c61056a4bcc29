using OpenCvSharp;

namespace MicroExpNet.OpenCv;

/// <summary>OpenCV's native library: whether it loads here, and what to install where it does not.</summary>
internal static class OpenCvRuntime
{
    private const string Library = "OpenCvSharpExtern";

    /// <summary>Loads the library and keeps it from writing to standard error.</summary>
    /// <exception cref="DetectorUnavailableException">It does not load.</exception>
    public static void Require()
    {
        try
        {
            Cv2.SetLogLevel(LogLevel.SILENT);
        }
        catch (Exception exception) when (
            Unwrap(exception) is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw Unavailable(exception);
        }
        catch (TypeInitializationException exception)
        {
            throw Unavailable(exception);
        }
    }

    /// <summary>The exception whose one line says what does not load, why, and what installs it.</summary>
    internal static DetectorUnavailableException Unavailable(Exception exception)
    {
        (string reason, string advice) = Unwrap(exception) switch
        {
            DllNotFoundException missing when MissingLibrary(missing.Message) is var library =>
                ($"{library} is missing", library == Library ? Installation.PackageAdvice : Installation.Advice),
            BadImageFormatException => ("the library is of another processor or broken", Installation.PackageAdvice),
            Exception other => (other.Message.ReplaceLineEndings(" "), Installation.Advice),
        };
        return new DetectorUnavailableException($"OpenCV's runtime does not load ({reason}); {advice}", exception);
    }

    // The loader prints a line for each name and path it tried. A line that names another library names what is missing.
    private static string MissingLibrary(string message)
    {
        const string reason = ": cannot open shared object file";
        foreach (string line in message.Split('\n'))
        {
            int end = line.IndexOf(reason, StringComparison.Ordinal);
            if (end < 0) continue;
            string library = line[..end].Trim();
            if (!library.Contains(Library, StringComparison.Ordinal)) return library;
        }

        return Library;
    }

    private static Exception Unwrap(Exception exception) =>
        exception is TypeInitializationException { InnerException: { } inner } ? Unwrap(inner) : exception;
}
