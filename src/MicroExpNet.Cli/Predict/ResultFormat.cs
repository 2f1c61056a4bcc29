namespace MicroExpNet.Cli.Predict;

/// <summary>How results are written.</summary>
internal enum ResultFormat
{
    /// <summary>Columns for a person.</summary>
    Table,

    /// <summary>One array of objects.</summary>
    Json,

    /// <summary>An object a line.</summary>
    NdJson,

    /// <summary>A row a face.</summary>
    Csv,
}
