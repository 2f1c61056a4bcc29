using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MicroExpNet.Models;

namespace MicroExpNet.Training.DataSets;

/// <summary>SHA-256 hashes of what a run learns from, by which a resumed run knows its data.</summary>
internal static class DataHash
{
    /// <summary>The hash of a data set's classes and faces: names, labels, soft labels and pixels.</summary>
    /// <param name="data">The data set; null for none.</param>
    public static string Of(FaceDataSet? data) => Hash(hash =>
    {
        if (data is null) return;
        hash.AppendData(MemoryMarshal.AsBytes(string.Join(',', data.Labels).AsSpan()));
        foreach (FaceSample sample in data.Samples)
        {
            hash.AppendData(MemoryMarshal.AsBytes(sample.Name.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes<int>([sample.Label, sample.Image.Width, sample.Image.Height]));
            hash.AppendData(sample.Image.Pixels);
            hash.AppendData(MemoryMarshal.AsBytes(sample.SoftLabel.AsSpan()));
        }
    });

    /// <summary>The hash of a teacher's logits.</summary>
    /// <param name="logits">For each face <c>[classes]</c>.</param>
    public static string Of(ImmutableArray<float[]> logits) => Hash(hash =>
    {
        foreach (float[] row in logits) hash.AppendData(MemoryMarshal.AsBytes(row.AsSpan()));
    });

    /// <summary>The hash of a model's weights and biases.</summary>
    /// <param name="model">The model; null for none.</param>
    public static string Of(Model? model) => Hash(hash =>
    {
        foreach (LayerParameters layer in model?.Parameters.OfType<LayerParameters>() ?? [])
        {
            hash.AppendData(MemoryMarshal.AsBytes(layer.Weights.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(layer.Biases.AsSpan()));
        }
    });

    private static string Hash(Action<IncrementalHash> append)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        append(hash);
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
