namespace MicroExpNet.Cli.Video;

/// <summary>How the table of a film's faces is written.</summary>
internal enum FaceTableFormat
{
    /// <summary>A JSON object for each face of each frame, one a line.</summary>
    NdJson,

    /// <summary>A row for each face of each frame.</summary>
    Csv,

    /// <summary>Apache Parquet, the columns of the CSV.</summary>
    Parquet,
}
