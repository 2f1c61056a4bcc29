using OpenCvSharp;

namespace MicroExpNet.OpenCv;

/// <summary>OpenCV's native library: whether it loads here, and what to install where it does not.</summary>
internal static class OpenCvRuntime
{
    /// <summary>Loads the library and keeps it from writing to standard error.</summary>
    /// <exception cref="DetectorUnavailableException">It does not load.</exception>
    public static void Require()
    {
        try
        {
            Cv2.SetLogLevel(LogLevel.SILENT);
        }
        catch (Exception exception) when (Unwrap(exception) is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw Unavailable(exception);
        }
        catch (TypeInitializationException exception)
        {
            throw Unavailable(exception);
        }
    }

    /// <summary>The one line that tells what does not load, why, and what installs it.</summary>
    internal static DetectorUnavailableException Unavailable(Exception exception)
    {
        string reason = Unwrap(exception) switch
        {
            DllNotFoundException missing => MissingLibrary(missing.Message),
            BadImageFormatException => "the library is of another processor or broken",
            Exception other => other.Message.ReplaceLineEndings(" "),
        };
        return new DetectorUnavailableException($"OpenCV's runtime does not load ({reason}); {Installation.Advice}", exception);
    }

    // The loader lists a line for each name and place it tried; the one that names another library tells what is really missing.
    private static string MissingLibrary(string message)
    {
        const string reason = ": cannot open shared object file";
        foreach (string line in message.Split('\n'))
        {
            int end = line.IndexOf(reason, StringComparison.Ordinal);
            if (end < 0) continue;
            string library = line[..end].Trim();
            if (!library.Contains("OpenCvSharpExtern", StringComparison.Ordinal)) return $"{library} is missing";
        }

        return "OpenCvSharpExtern is missing";
    }

    private static Exception Unwrap(Exception exception) =>
        exception is TypeInitializationException { InnerException: { } inner } ? Unwrap(inner) : exception;
}
