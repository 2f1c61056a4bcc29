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

    /// <summary>The sample repeated, as a JPEG file, its pixels as often as said.</summary>
    public static byte[] Repeated(int columns, int pixels)
    {
        using Photo photo = Photo.Load(Sample, "sample");
        int width = photo.Width * columns * pixels, height = photo.Height * pixels;
        byte[] rgba = new byte[width * height * 4];
        for (int i = 0; i < width * height; i++)
        {
            int x = i % width / pixels % photo.Width, y = i / width / pixels;
            photo.Rgba.AsSpan(((y * photo.Width) + x) * 4, 4).CopyTo(rgba.AsSpan(i * 4));
        }

        using MemoryStream file = new();
        new Photo(rgba, width, height).Save(file, PhotoFormat.Jpeg);
        return file.ToArray();
    }

    /// <summary>The sample as a frame in grey.</summary>
    public static byte[] GrayFrame()
    {
        using Photo photo = Photo.Load(Sample, "sample");
        return [.. "GRAY"u8, .. Number(photo.Width), .. Number(photo.Height), .. photo.ToGray()];
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

    /// <summary>A small progressive JPEG, grey and flat, with many scans.</summary>
    public static byte[] ScanBomb(int width, int height, int scans)
    {
        int blocks = ((width + 7) / 8) * ((height + 7) / 8);
        using MemoryStream file = new();
        file.Write([0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64)]);
        file.Write([0xFF, 0xC2, 0, 11, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0]);

        // One code of each kind: a difference of zero; and a run of 2¹⁴ blocks and more without coefficients.
        file.Write([0xFF, 0xC4, 0, 20, 0x00, 1, .. new byte[15], 0, 0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0xE0]);
        file.Write([0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0, .. new byte[(blocks + 7) / 8]]);
        const int bitsARun = 15, run = 1 << 14;
        byte[] scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 63, 0, .. new byte[(bitsARun * ((blocks + run - 1) / run) + 7) / 8]];
        for (int i = 0; i < scans; i++) file.Write(scan);
        file.Write([0xFF, 0xD9]);
        return file.ToArray();
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
