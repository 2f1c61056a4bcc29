namespace MicroExpNet.Architectures;

/// <summary>For each layer, and for the network's input, the layers that read it.</summary>
internal sealed class LayerReaders
{
    private readonly int[][] _readers;

    /// <summary>Finds the readers of every layer.</summary>
    /// <param name="architecture">The network.</param>
    public LayerReaders(Architecture architecture)
    {
        _readers = new int[architecture.Layers.Length + 1][];
        Array.Fill(_readers, []);
        for (int i = 0; i < architecture.Layers.Length; i++)
        {
            foreach (int input in architecture.Layers[i].Inputs) _readers[input + 1] = [.. _readers[input + 1], i];
        }
    }

    /// <summary>Positions of the layers that read a layer, in ascending order; a layer that reads it twice is listed twice.</summary>
    /// <param name="position">The layer's position, or <see cref="Layer.NetworkInput"/>.</param>
    public int[] this[int position] => _readers[position + 1];
}
