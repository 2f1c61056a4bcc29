namespace MicroExpNet.Cli.Compare;

/// <summary>One face of a table of results.</summary>
/// <param name="Expression">What it was recognised as.</param>
/// <param name="Probability">How probable that is, 0 to 1; null where the table does not say.</param>
/// <param name="Width">Columns of its box, in pixels; null where the table does not say.</param>
/// <param name="Score">How sure the detector is of it; null where the table does not say.</param>
/// <param name="Label">What it is; null where the table does not say.</param>
/// <param name="Group">Its group; null where none was asked for.</param>
internal readonly record struct ComparedFace(
    string Expression, double? Probability, double? Width, double? Score, string? Label, string? Group);
