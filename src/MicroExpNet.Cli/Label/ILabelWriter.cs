namespace MicroExpNet.Cli.Label;

/// <summary>Writes the rows of a part.</summary>
internal interface ILabelWriter
{
    /// <summary>Writes a row.</summary>
    /// <param name="row">The row.</param>
    void Write(LabelRow row);

    /// <summary>Writes what closes the format.</summary>
    /// <param name="metadata">What the file says of itself, as <see cref="PartMetadata"/> makes it; formats without a place for it leave
    /// it out.</param>
    void Complete(string metadata);
}
