namespace MicroExpNet.Cli.Label;

/// <summary>How parts are written; the names are the files' endings.</summary>
internal enum LabelFormat
{
    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>CSV, RFC 4180.</summary>
    Csv,

    /// <summary>A JSON object a line.</summary>
    NdJson,
}
