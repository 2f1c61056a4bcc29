using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MicroExpNet.Training.DataSets;

/// <summary>A hash of an image's size and pixels that is the same for its mirror image.</summary>
internal static class PixelFingerprint
{
    /// <summary>The first 16 bytes of a SHA-256.</summary>
    public static UInt128 Of(GrayImage image)
    {
        byte[] pixels = IsMirrored(image) ? Mirror(image) : image.Pixels;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> size = stackalloc byte[8], result = stackalloc byte[32];
        BinaryPrimitives.WriteInt32LittleEndian(size, image.Width);
        BinaryPrimitives.WriteInt32LittleEndian(size[4..], image.Height);
        hash.AppendData(size);
        hash.AppendData(pixels);
        hash.GetHashAndReset(result);
        return BinaryPrimitives.ReadUInt128LittleEndian(result);
    }

    // Of an image and its mirror image, the one that comes first in the order of bytes is hashed.
    private static bool IsMirrored(GrayImage image)
    {
        for (int row = 0; row < image.Pixels.Length; row += image.Width)
        {
            for (int left = row, right = row + image.Width - 1; left < right; left++, right--)
            {
                if (image.Pixels[left] != image.Pixels[right]) return image.Pixels[left] > image.Pixels[right];
            }
        }

        return false;
    }

    private static byte[] Mirror(GrayImage image)
    {
        byte[] mirrored = [.. image.Pixels];
        for (int row = 0; row < mirrored.Length; row += image.Width) mirrored.AsSpan(row, image.Width).Reverse();
        return mirrored;
    }
}
