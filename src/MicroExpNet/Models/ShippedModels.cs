using System.Collections.Immutable;

namespace MicroExpNet.Models;

/// <summary>The models that come with the library, as resources of its assembly.</summary>
internal static class ShippedModels
{
    /// <summary>The name of the model that recognises expressions by default.</summary>
    public const string DefaultName = "microexpnet-3";

    /// <summary>The face detector's name.</summary>
    public const string DetectorName = "facedetector-2";

    /// <summary>The name of the model that verifies what the face detector finds.</summary>
    public const string VerifierName = "faceverifier-2";

    /// <summary>The names of all of them.</summary>
    public static ImmutableArray<string> Names { get; } =
        ["microexpnet-1", "microexpnet-2", DefaultName, "microexpnet-tiny", DetectorName, VerifierName];

    /// <summary>Whether a model of this name comes with the library.</summary>
    /// <param name="name">The name.</param>
    public static bool IsName(string name) => Names.Contains(name);

    /// <summary>The file of the model that recognises expressions by default.</summary>
    public static Stream OpenDefault() => Open(DefaultName);

    /// <summary>The face detector's file.</summary>
    public static Stream OpenDetector() => Open(DetectorName);

    /// <summary>The verifier's file.</summary>
    public static Stream OpenVerifier() => Open(VerifierName);

    /// <summary>A model's file.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static Stream Open(string name) => typeof(ShippedModels).Assembly.GetManifestResourceStream($"{name}.onnx")!;
}
