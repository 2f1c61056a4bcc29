using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;

namespace MicroExpNet.Cli.Tests;

/// <summary>Small picture files made on the spot.</summary>
internal static class Pictures
{
    /// <summary>A picture with a gradient and a disc, different for every seed.</summary>
    public static byte[] Encode(SKEncodedImageFormat format, int width, int height, int seed = 0)
    {
        using SKBitmap bitmap = new(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (SKCanvas canvas = new(bitmap))
        using (SKPaint paint = new() { Color = new SKColor((byte)(seed * 37), 200, (byte)(255 - seed)) })
        {
            canvas.Clear(new SKColor((byte)(40 + seed % 100), 60, 90));
            canvas.DrawCircle(width * (0.3f + seed % 5 * 0.1f), height / 2f, Math.Min(width, height) / 3f, paint);
        }

        using SKData data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    public static byte[] Png(int width = 64, int height = 48, int seed = 0) => Encode(SKEncodedImageFormat.Png, width, height, seed);

    public static byte[] Jpeg(int width = 64, int height = 48, int seed = 0) => Encode(SKEncodedImageFormat.Jpeg, width, height, seed);

    /// <summary>A PNG of raw rows.</summary>
    /// <param name="width">What it claims.</param>
    /// <param name="height">What it claims.</param>
    /// <param name="depth">Bits a sample.</param>
    /// <param name="colour">PNG's colour type: 2 RGB, 3 palette, 6 RGB with alpha.</param>
    /// <param name="rowBytes">Bytes a row, filled with a ramp.</param>
    /// <param name="rows">Rows that are really there.</param>
    public static byte[] RawPng(int width, int height, byte depth, byte colour, int rowBytes, int rows)
    {
        using MemoryStream file = new();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = depth;
        header[9] = colour;
        Chunk(file, "IHDR"u8, header);
        if (colour == 3) Chunk(file, "PLTE"u8, [.. Enumerable.Range(0, 768).Select(i => (byte)i)]);
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (int y = 0; y < rows; y++)
            {
                zlib.WriteByte(0);
                for (int x = 0; x < rowBytes; x++) zlib.WriteByte((byte)(x * 3 + y));
            }
        }

        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        byte[] body = [.. type, .. content];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(body);
        uint crc = uint.MaxValue;
        foreach (byte value in body)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        BinaryPrimitives.WriteUInt32BigEndian(number, ~crc);
        file.Write(number);
    }
}
