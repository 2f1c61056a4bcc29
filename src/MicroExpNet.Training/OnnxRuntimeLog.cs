using Microsoft.ML.OnnxRuntime;

namespace MicroExpNet.Training;

/// <summary>
/// ONNX Runtime's own log. It would write names from a file to standard error as they are, with control characters; what matters of it is
/// in the exceptions.
/// </summary>
internal static class OnnxRuntimeLog
{
    private static readonly Lock Creation = new();

    /// <summary>Settings of a session that writes no log.</summary>
    public static SessionOptions Silent()
    {
        Silence();
        return new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
    }

    /// <summary>Keeps what belongs to no session out of the log, too, unless the program has set up ONNX Runtime itself.</summary>
    public static void Silence()
    {
        lock (Creation)
        {
            if (OrtEnv.IsCreated) return;
            EnvironmentCreationOptions options = new()
            {
                logId = nameof(MicroExpNet),
                logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            };
            try
            {
                OrtEnv.CreateInstanceWithOptions(ref options);
            }
            catch (OnnxRuntimeException)
            {
                // The program has set it up in the meantime.
            }
        }
    }
}
