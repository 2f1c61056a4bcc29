using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Teachers;

/// <summary>A matrix of floats in NumPy's <c>.npy</c> format, version 1 to 3, rows first.</summary>
internal static partial class NumpyMatrix
{
    /// <summary>Reads the rows.</summary>
    /// <exception cref="DataSetFormatException">The file holds something else.</exception>
    public static float[][] Load(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < 12 || bytes[0] != 0x93 || !bytes.AsSpan(1).StartsWith("NUMPY"u8)) throw Fault("no .npy file");
        int prefix = bytes[6] == 1 ? 10 : 12;
        int length = bytes[6] == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8))
            : BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        if (length < 0 || prefix + length > bytes.Length) throw Fault("cut short");
        string header = Encoding.Latin1.GetString(bytes, prefix, length);
        Match match = Header().Match(header);
        if (!match.Success || header.Contains("True", StringComparison.Ordinal))
        {
            throw Fault($"it is {header.Trim()}; expected '<f4' or '<f8' in rows, [faces, classes]");
        }
        int size = match.Groups[1].Value == "4" ? sizeof(float) : sizeof(double);
        int rows = int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture),
            columns = int.Parse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture);
        if ((long)rows * columns * size != bytes.Length - prefix - length)
        {
            throw Fault($"{bytes.Length - prefix - length} bytes of values for [{rows}, {columns}]");
        }
        float[][] values = new float[rows][];
        int at = prefix + length;
        for (int row = 0; row < rows; row++)
        {
            values[row] = new float[columns];
            for (int column = 0; column < columns; column++, at += size)
            {
                values[row][column] = size == sizeof(float)
                    ? BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at))
                    : (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(at));
                if (!float.IsFinite(values[row][column])) throw Fault($"row {row + 1} holds {values[row][column]}");
            }
        }

        return values;

        DataSetFormatException Fault(string message) => new($"{path}: {message}");
    }

    [GeneratedRegex(@"'descr':\s*'<f([48])'.*'shape':\s*\((\d{1,9}),\s*(\d{1,9})\)")]
    private static partial Regex Header();
}
