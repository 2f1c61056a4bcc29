namespace MicroExpNet.Cli.Evaluate;

/// <summary>How an evaluation is written.</summary>
internal enum EvaluationFormat
{
    /// <summary>Tables to read.</summary>
    Table,

    /// <summary>One JSON object.</summary>
    Json,
}
