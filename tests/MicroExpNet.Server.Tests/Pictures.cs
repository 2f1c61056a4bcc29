using System.Buffers.Binary;
using System.IO.Compression;
using MicroExpNet.Tests;
using MicroExpNet.Vision;

namespace MicroExpNet.Server.Tests;

/// <summary>Pictures to send.</summary>
internal static class Pictures
{
    /// <summary>The sample's file: 512×512 pixels, one happy face.</summary>
    public static byte[] Sample { get; } = File.ReadAllBytes(ReferenceData.Repository("samples/astronaut.png"));

    /// <summary>The sample as a frame in grey.</summary>
    public static byte[] GrayFrame()
    {
        using Photo photo = Photo.Load(Sample, "sample");
        return [.. "GRAY"u8, .. Number(photo.Width), .. Number(photo.Height), .. photo.ToGray()];
    }

    /// <summary>A frame in grey of the sample's face, many times.</summary>
    /// <param name="columns">Faces a row, and rows.</param>
    public static byte[] Crowd(int columns)
    {
        const int side = 160, left = 145, top = 40;
        using Photo photo = Photo.Load(Sample, "sample");
        byte[] gray = photo.ToGray(), crowd = new byte[side * columns * side * columns];
        for (int y = 0; y < side * columns; y++)
        {
            for (int x = 0; x < side * columns; x++)
            {
                crowd[(y * side * columns) + x] = gray[((top + (y % side)) * photo.Width) + left + (x % side)];
            }
        }

        return [.. "GRAY"u8, .. Number(side * columns), .. Number(side * columns), .. crowd];
    }

    /// <summary>A small valid PNG whose pixels are many.</summary>
    public static byte[] Bomb(int width, int height)
    {
        using MemoryStream data = new();
        using (ZLibStream zlib = new(data, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            byte[] row = new byte[((width + 7) / 8) + 1];
            for (int y = 0; y < height; y++) zlib.Write(row);
        }

        byte[] head = [.. BigNumber(width), .. BigNumber(height), 1, 0, 0, 0, 0];
        return [
            0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, .. Chunk("IHDR"u8, head), .. Chunk("IDAT"u8, data.ToArray()),
            .. Chunk("IEND"u8, [])];
    }

    public static byte[] Number(int value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] BigNumber(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] content = [.. type, .. data];
        uint crc = 0xFFFFFFFF;
        foreach (byte value in content)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }

        return [.. BigNumber(data.Length), .. content, .. BigNumber((int)~crc)];
    }
}
