using MicroExpNet.Cli.Predict;

namespace MicroExpNet.Cli.Video;

/// <summary>One film that was asked for.</summary>
/// <param name="Name">What the results call it: the path as it was given, with what lies below a folder argument added.</param>
/// <param name="Path">Its file; that of standard input is temporary.</param>
/// <param name="Failure">Why there is no such film, where there is none.</param>
internal sealed record FilmInput(string Name, string Path, string? Failure = null)
{
    /// <summary>Whether the film came from standard input.</summary>
    public bool IsStandardInput => Name == PictureInput.StandardInput;

    /// <summary>What messages call it.</summary>
    public string Spoken => IsStandardInput ? "standard input" : Name;
}
