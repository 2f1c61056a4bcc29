using System.Runtime.InteropServices;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Bench;

/// <summary>What the figures were measured on.</summary>
/// <param name="Processor">The processor's name.</param>
/// <param name="Cores">Its logical cores that this process may use.</param>
/// <param name="InstructionSet">What networks are compiled for.</param>
/// <param name="Runtime">.NET's version.</param>
/// <param name="System">The operating system.</param>
/// <param name="JpegDecoder">What decodes ordinary JPEG files.</param>
/// <param name="OnnxRuntime">ONNX Runtime's version; null where it is not installed.</param>
internal sealed record Machine(
    string Processor, int Cores, string InstructionSet, string Runtime, string System, string JpegDecoder, string? OnnxRuntime)
{
    /// <summary>This machine.</summary>
    public static Machine This() => new(
        ReadProcessor()
            ?? RuntimeInformation.ProcessArchitecture.ToString(), Environment.ProcessorCount, Network.InstructionSet,
            RuntimeInformation.FrameworkDescription,
        RuntimeInformation.OSDescription, TurboJpeg.IsInstalled ? "libjpeg-turbo" : "Skia", OnnxRuntimePeer.Version());

    // Linux and Windows say it where a file or the environment can be read; elsewhere the architecture must do.
    private static string? ReadProcessor()
    {
        const string processors = "/proc/cpuinfo", field = "model name";
        if (!File.Exists(processors)) return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        string? line = File.ReadLines(processors).FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal));
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
