namespace MicroExpNet.Cli.Options;

/// <summary>Which part of a data set that comes split is read.</summary>
internal enum PartChoice
{
    /// <summary>Its training faces.</summary>
    Train,

    /// <summary>Its validation faces.</summary>
    Validation,

    /// <summary>Its test faces.</summary>
    Test,

    /// <summary>All parts together.</summary>
    All,
}
