namespace MicroExpNet.Training.Keras;

/// <summary>What an attribute or a data set of an HDF5 file holds.</summary>
/// <param name="Kind">The kind of its elements.</param>
/// <param name="Size">Bytes of an element.</param>
/// <param name="Dimensions">Its shape; empty for a single element.</param>
internal sealed record Hdf5Type(Hdf5Kind Kind, long Size, IReadOnlyList<long> Dimensions)
{
    private const int MaxRank = 32;

    /// <summary>Number of elements, at most 2^40.</summary>
    public long Count
    {
        get
        {
            const long most = 1L << 40;
            long count = 1;
            foreach (long size in Dimensions) count = size == 0 ? 0 : size > most / Math.Max(count, 1) ? most : count * size;
            return count;
        }
    }

    /// <summary>Reads a type and a shape.</summary>
    /// <param name="datatype">The data type's message.</param>
    /// <param name="dataspace">The data space's message.</param>
    public static Hdf5Type Read(ReadOnlySpan<byte> datatype, ReadOnlySpan<byte> dataspace)
    {
        Hdf5Cursor type = new(datatype);
        int kind = type.Byte() & 0xF, bits = type.Byte();
        type.Skip(2);
        long size = type.Int();
        return new Hdf5Type(KindOf(kind, bits, size, ref type), size, Shape(dataspace));
    }

    private static Hdf5Kind KindOf(int kind, int bits, long size, ref Hdf5Cursor properties)
    {
        switch (kind)
        {
            case 1 when size == sizeof(float) && (bits & 0x41) == 0:
                // Bit offset and precision; place and size of exponent and mantissa; the exponent's bias.
                bool isSingle = properties.Take(12).SequenceEqual((ReadOnlySpan<byte>)[0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0]);
                return isSingle ? Hdf5Kind.Single : Hdf5Kind.Other;
            case 3:
                return Hdf5Kind.FixedText;
            case 9 when (bits & 0xF) == 1:
                return Hdf5Kind.Text;
            default:
                return Hdf5Kind.Other;
        }
    }

    private static long[] Shape(ReadOnlySpan<byte> message)
    {
        Hdf5Cursor space = new(message);
        int version = space.Byte(), rank = space.Byte();
        space.Skip(1);
        if (version is not (1 or 2) || rank > MaxRank)
        {
            throw new InvalidDataException($"a data space of version {version} and {rank} dimensions");
        }
        bool isNull = version == 2 && space.Byte() == 2;
        if (version == 1) space.Skip(5);
        if (isNull) return [0];
        long[] shape = new long[rank];
        for (int i = 0; i < rank; i++) shape[i] = (long)Math.Min(space.Long(), 1UL << 40);
        return shape;
    }
}
