using System.Runtime.InteropServices;

namespace MicroExpNet.Models.Onnx;

/// <summary>
/// A constant of an ONNX graph: floats, or integers for shapes and quantised weights. It keeps the file's bytes and converts them when they
/// are asked for, so that what nobody reads costs nothing.
/// </summary>
/// <param name="name">Its name.</param>
/// <param name="dimensions">Its shape.</param>
/// <param name="elementType">ONNX's number for the type of its values.</param>
/// <param name="bytes">Its values, little endian; empty for types that the library does not read.</param>
internal sealed class OnnxTensor(string name, long[] dimensions, int elementType, ReadOnlyMemory<byte> bytes)
{
    private float[]? _floats;
    private long[]? _integers;
    private bool? _isFinite;

    /// <summary>Stands for the number of images, which only a run knows, in a constant that a shape is computed from.</summary>
    public const long Batch = long.MinValue;

    /// <summary>Values that one folded constant may have: shapes have a few, and larger constants are made by the exporter.</summary>
    public const int MaxFolded = 1 << 16;

    /// <summary>A constant of floats.</summary>
    public OnnxTensor(long[] dimensions, float[] values)
        : this("", dimensions, OnnxGraph.FloatType, default) => _floats = values;

    /// <summary>A constant of integers.</summary>
    public OnnxTensor(long[] dimensions, long[] values)
        : this("", dimensions, OnnxGraph.Int64Type, default) => _integers = values;

    public readonly string Name = name;

    public readonly long[] Dimensions = dimensions;

    /// <summary>ONNX's number for the type of its values.</summary>
    public readonly int ElementType = elementType;

    /// <summary>Its values; null if they are not floats. The array is shared by all who ask.</summary>
    public float[]? Floats => _floats ??= ElementType == OnnxGraph.FloatType ? MemoryMarshal.Cast<byte, float>(bytes.Span).ToArray() : null;

    /// <summary>Its values; null if they are not integers. The array is shared by all who ask.</summary>
    public long[]? Integers => _integers ??= ElementType switch
    {
        OnnxGraph.Int64Type => MemoryMarshal.Cast<byte, long>(bytes.Span).ToArray(),
        OnnxGraph.Int32Type => Widen<int>(),
        OnnxGraph.Int8Type => Widen<sbyte>(),
        OnnxGraph.UInt8Type or OnnxGraph.BooleanType => Widen<byte>(),
        _ => null,
    };

    /// <summary>
    /// For floats that were 8-bit integers: their scales, one for all or one for each slice along <see cref="ScaleAxis"/>; else null.
    /// </summary>
    public float[]? Scales { get; init; }

    /// <summary>The axis that <see cref="Scales"/> go along.</summary>
    public int ScaleAxis { get; init; }

    /// <summary>Its number of values.</summary>
    public long Count => Product(Dimensions);

    /// <summary>The number of values of a shape whose sizes fit an <see cref="int"/>; where it does not, any larger number.</summary>
    public static long Product(IEnumerable<long> sizes) =>
        sizes.Aggregate(1L, (product, size) => product > int.MaxValue ? product : product * size);

    /// <summary>The same values in another shape of as many.</summary>
    public OnnxTensor Reshaped(long[] shape) =>
        new(Name, shape, ElementType, bytes)
        {
            _floats = _floats,
            _integers = _integers,
            Scales = Dimensions.SequenceEqual(shape) ? Scales : null,
            ScaleAxis = ScaleAxis,
        };

    /// <summary>Some of its values, in another order.</summary>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="indexes">For each value of the result, its index here.</param>
    public OnnxTensor Picked(long[] shape, int[] indexes) => Floats is { } floats
        ? new OnnxTensor(shape, Array.ConvertAll(indexes, i => floats[i]))
        : new OnnxTensor(shape, Array.ConvertAll(indexes, i => Integers![i]));

    /// <summary>Whether all floats are finite; found once, however many nodes read the constant.</summary>
    public bool IsFinite => _isFinite ??= Floats is null || LayerParameters.IsFinite(Floats);

    /// <summary>The floats that integers stand for.</summary>
    /// <param name="scales">One scale for all, or one for each slice along an axis.</param>
    /// <param name="run">Values that follow each other with one scale.</param>
    public float[] Dequantize(float[] scales, long run) => ElementType == OnnxGraph.Int8Type
        ? Dequantize(MemoryMarshal.Cast<byte, sbyte>(bytes.Span), scales, run)
        : Dequantize(MemoryMarshal.Cast<byte, int>(bytes.Span), scales, run);

    private static float[] Dequantize<T>(ReadOnlySpan<T> numbers, float[] scales, long run)
        where T : System.Numerics.INumber<T>
    {
        float[] floats = new float[numbers.Length];
        int at = 0;
        for (int slice = 0; at < floats.Length; slice++)
        {
            float scale = scales[slice % scales.Length];
            long end = scales.Length > 1 ? at + run : floats.Length;
            for (; at < end; at++) floats[at] = float.CreateChecked(numbers[at]) * scale;
        }

        return floats;
    }

    private long[] Widen<T>()
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        ReadOnlySpan<T> numbers = MemoryMarshal.Cast<byte, T>(bytes.Span);
        long[] values = new long[numbers.Length];
        for (int i = 0; i < values.Length; i++) values[i] = long.CreateChecked(numbers[i]);
        return values;
    }
}
