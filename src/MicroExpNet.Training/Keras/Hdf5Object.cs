namespace MicroExpNet.Training.Keras;

/// <summary>An object of an HDF5 file: a group, or a data set.</summary>
internal sealed class Hdf5Object
{
    /// <summary>Its attributes.</summary>
    public Dictionary<string, (Hdf5Type Type, byte[] Data)> Attributes { get; } = [];

    /// <summary>Where a group's objects lie, by name; null for a link that leads elsewhere by a name, which is not followed.</summary>
    public Dictionary<string, ulong?>? Links { get; set; }

    /// <summary>What a data set holds; null for a group.</summary>
    public Hdf5Type? Type { get; set; }

    /// <summary>Where a data set's values lie; null where they are in pieces, in another file or nowhere.</summary>
    public ulong? Address { get; set; }

    /// <summary>A small data set's values; null where they lie at <see cref="Address"/>.</summary>
    public byte[]? Compact { get; set; }
}
