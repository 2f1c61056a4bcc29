namespace MicroExpNet.Cli.Predict;

/// <summary>One picture that was asked for.</summary>
/// <param name="Name">What the results call it: the path as it was given, with what lies below a folder argument added.</param>
/// <param name="RelativePath">Its path below the folder argument it came from; a file argument's bare name.</param>
/// <param name="Failure">Why there is no such picture, where there is none.</param>
internal sealed record PictureInput(string Name, string RelativePath, string? Failure = null)
{
    /// <summary>The argument, and the name, of standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>Whether the picture is read from standard input.</summary>
    public bool IsStandardInput => Name == StandardInput;

    /// <summary>What messages call it.</summary>
    public string Spoken => IsStandardInput ? "standard input" : Name;
}
