namespace MicroExpNet.Cli.Predict;

/// <summary>Writes results one by one in a format.</summary>
internal interface IResultWriter
{
    /// <summary>Writes one picture's result; a person or program that reads along gets it at once.</summary>
    /// <param name="result">The result.</param>
    void Write(PictureResult result);

    /// <summary>Writes what closes the format. Called once, after an interruption too.</summary>
    void Complete();
}
