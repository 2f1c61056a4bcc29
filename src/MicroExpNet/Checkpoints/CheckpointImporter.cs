using MicroExpNet.Models;

namespace MicroExpNet.Checkpoints;

/// <summary>Turns a TensorFlow checkpoint of the original into a <see cref="Model"/>.</summary>
public static class CheckpointImporter
{
    /// <summary>Reads the network's variables of a TensorFlow V2 checkpoint and tells the architecture from their shapes.</summary>
    /// <param name="path">A folder with a <c>checkpoint</c> file, the checkpoint's prefix, or its <c>.index</c> file.</param>
    /// <param name="options">What the shapes cannot tell.</param>
    /// <exception cref="ModelFormatException">The checkpoint is broken or of another network; the message names file, tensor or offset.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ImportedCheckpoint Import(string path, ImportOptions? options = null) => throw new NotImplementedException();
}
