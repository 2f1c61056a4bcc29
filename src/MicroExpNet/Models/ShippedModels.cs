namespace MicroExpNet.Models;

/// <summary>The models that travel in the library.</summary>
internal static class ShippedModels
{
    /// <summary>The default model's name.</summary>
    public const string DefaultName = "microexpnet-2";

    /// <summary>The default model's file.</summary>
    public static Stream OpenDefault() => typeof(ShippedModels).Assembly.GetManifestResourceStream($"{DefaultName}.onnx")!;

    /// <summary>The face detector's name.</summary>
    public const string DetectorName = "facedetector-1";

    /// <summary>The face detector's file.</summary>
    public static Stream OpenDetector() => typeof(ShippedModels).Assembly.GetManifestResourceStream($"{DetectorName}.onnx")!;
}
