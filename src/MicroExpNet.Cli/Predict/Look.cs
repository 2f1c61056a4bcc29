namespace MicroExpNet.Cli.Predict;

/// <summary>How a piece of a table looks on a terminal with colours.</summary>
internal enum Look
{
    Plain,
    Bold,
    Green,
    Grey,
}
