using System.Buffers.Binary;
using System.Numerics;

namespace MicroExpNet.Checkpoints;

/// <summary>CRC-32C (Castagnoli), masked as LevelDB and TensorFlow store it so that a checksum of checksums stays sound.</summary>
internal static class Crc32C
{
    private const uint MaskDelta = 0xa282ead8;

    public static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        }

        foreach (byte value in data) crc = BitOperations.Crc32C(crc, value);
        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + MaskDelta;
    }
}
