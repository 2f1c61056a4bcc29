using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace MicroExpNet.Tests;

/// <summary>An array read from NumPy's <c>.npy</c> format (version 1, little endian, C order; float32, int32 or uint8).</summary>
internal sealed partial class NumpyFile
{
    private readonly byte[] _data;

    private NumpyFile(byte[] data, int[] shape)
    {
        _data = data;
        Shape = shape;
    }

    public int[] Shape { get; }

    public ReadOnlySpan<byte> Bytes => _data;

    public ReadOnlySpan<float> Floats => MemoryMarshal.Cast<byte, float>(_data);

    public ReadOnlySpan<int> Ints => MemoryMarshal.Cast<byte, int>(_data);

    public static NumpyFile Load(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int headerLength = BitConverter.ToUInt16(file, 8);
        string header = Encoding.ASCII.GetString(file, 10, headerLength);
        Match match = HeaderPattern().Match(header);
        if (!match.Success) throw new InvalidDataException($"{path}: a header this reader does not know: {header}");
        int[] shape = [
            .. match.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(int.Parse)];
        return new NumpyFile(file[(10 + headerLength)..], shape);
    }

    [GeneratedRegex(@"'descr': '(<f4|<i4|\|u1)', 'fortran_order': False, 'shape': \((?<shape>[^)]*)\)")]
    private static partial Regex HeaderPattern();
}
