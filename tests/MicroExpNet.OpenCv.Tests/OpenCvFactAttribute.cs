using System.Runtime.CompilerServices;
using MicroExpNet.Tests;

namespace MicroExpNet.OpenCv.Tests;

/// <summary>Marks a test that needs OpenCV's runtime and a cascade: skipped with the reason where they are missing, but not where
/// <c>CI=true</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OpenCvFactAttribute : FactAttribute
{
    public OpenCvFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (!Requirement.IsStrict) Skip = Missing;
    }

    private static string? Missing { get; } = WhatIsMissing();

    private static string? WhatIsMissing()
    {
        try
        {
            using var detector = new HaarFaceDetector();
            return null;
        }
        catch (DetectorUnavailableException exception)
        {
            return exception.Message;
        }
    }
}
