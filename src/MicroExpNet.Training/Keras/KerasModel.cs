namespace MicroExpNet.Training.Keras;

/// <summary>A Keras model, translated.</summary>
/// <param name="Description">Its layers.</param>
/// <param name="Graph">What is written.</param>
/// <param name="Input">The graph's input, an image.</param>
/// <param name="Output">The graph's output, a vector.</param>
/// <param name="ParameterCount">Number of its weights' values.</param>
internal sealed record KerasModel(KerasGraph Description, OnnxGraph Graph, KerasValue Input, KerasValue Output, long ParameterCount)
{
    /// <summary>The factor from pixels of 0 to 255 to what the model reads, and what is added; null where nothing is known.</summary>
    public (float Scale, float Offset)? PixelScaling => Description.HasInception ? (1 / 127.5f, -1) : null;

    /// <summary>Writes the ONNX file.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="metadata">Its metadata.</param>
    public void Write(Stream stream, IEnumerable<KeyValuePair<string, string>> metadata) =>
        Graph.Write(stream, Description.Name, Input, Output, metadata);
}
