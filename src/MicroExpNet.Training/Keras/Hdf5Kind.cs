namespace MicroExpNet.Training.Keras;

/// <summary>The kinds of elements of an HDF5 file that are read.</summary>
internal enum Hdf5Kind
{
    /// <summary>Any that is not read.</summary>
    Other,

    /// <summary>Floats of 32 bits.</summary>
    Single,

    /// <summary>Texts of a fixed length.</summary>
    FixedText,

    /// <summary>Texts of any length.</summary>
    Text,
}
