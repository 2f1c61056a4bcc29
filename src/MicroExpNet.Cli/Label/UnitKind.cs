namespace MicroExpNet.Cli.Label;

/// <summary>What a unit's pictures are read from.</summary>
internal enum UnitKind
{
    /// <summary>Consecutive lines of a list, each a path or URL.</summary>
    Lines,

    /// <summary>A zip or tar archive.</summary>
    Archive,

    /// <summary>A film.</summary>
    Film,
}
