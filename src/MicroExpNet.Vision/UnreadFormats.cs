namespace MicroExpNet.Vision;

/// <summary>Names of picture formats that this library does not read, so that messages can say what a file is.</summary>
internal static class UnreadFormats
{
    private static readonly (byte[] Start, string Name)[] Signatures =
    [
        ([0x49, 0x49, 0x2A, 0x00], "TIFF"),
        ([0x4D, 0x4D, 0x00, 0x2A], "TIFF"),
        ([0x49, 0x49, 0x2B, 0x00], "TIFF"),
        ([0x4D, 0x4D, 0x00, 0x2B], "TIFF"),
        ([0xFF, 0x0A], "JPEG XL"),
        ([0x00, 0x00, 0x00, 0x0C, .. "JXL "u8], "JPEG XL"),
        ([0x00, 0x00, 0x00, 0x0C, .. "jP  "u8], "JPEG 2000"),
        ([0xFF, 0x4F, 0xFF, 0x51], "JPEG 2000"),
        ([0xFF, 0xD8, 0xFF, 0xF7], "JPEG-LS"),
        ([0x49, 0x49, 0xBC], "JPEG XR"),
        ([0x00, 0x00, 0x01, 0x00], "ICO"),
        ([0x00, 0x00, 0x02, 0x00], "CUR"),
        ([.. "8BPS"u8], "Photoshop"),
        ([.. "gimp xcf"u8], "GIMP"),
        ([.. "qoif"u8], "QOI"),
        ([.. "DDS "u8], "DDS"),
        ([.. "#?RADIANCE"u8], "Radiance HDR"),
        ([0x76, 0x2F, 0x31, 0x01], "OpenEXR"),
        ([.. "<svg"u8], "SVG"),
        ([.. "%PDF"u8], "PDF"),
        ([.. "P1\n"u8], "Netpbm"),
        ([.. "P2\n"u8], "Netpbm"),
        ([.. "P3\n"u8], "Netpbm"),
        ([.. "P4\n"u8], "Netpbm"),
        ([.. "P5\n"u8], "Netpbm"),
        ([.. "P6\n"u8], "Netpbm"),
        ([.. "P7\n"u8], "Netpbm"),
    ];

    // Brands of ISO base media files that hold pictures.
    private static readonly (string Brand, string Name)[] Brands =
    [
        ("avif", "AVIF"), ("avis", "AVIF"), ("heic", "HEIC"), ("heix", "HEIC"), ("heim", "HEIC"), ("heis", "HEIC"), ("hevc", "HEIC"),
        ("hevx", "HEIC"), ("mif1", "HEIF"), ("msf1", "HEIF"), ("crx ", "CR3"),
    ];

    // TGA has no signature at its start; the others are named where a file is damaged.
    private static readonly (string Extension, string Name)[] Extensions =
    [
        (".tga", "TGA"), (".heic", "HEIC"), (".heif", "HEIF"), (".hif", "HEIF"), (".avif", "AVIF"), (".jxl", "JPEG XL"), (".tif", "TIFF"),
        (".tiff", "TIFF"), (".ico", "ICO"), (".cur", "CUR"), (".jp2", "JPEG 2000"), (".j2k", "JPEG 2000"), (".jxr", "JPEG XR"),
        (".psd", "Photoshop"), (".xcf", "GIMP"), (".qoi", "QOI"), (".dds", "DDS"), (".hdr", "Radiance HDR"), (".exr", "OpenEXR"),
        (".svg", "SVG"), (".pbm", "Netpbm"), (".pgm", "Netpbm"), (".ppm", "Netpbm"), (".pnm", "Netpbm"), (".pam", "Netpbm"),
        (".dng", "DNG"), (".cr2", "CR2"), (".cr3", "CR3"), (".nef", "NEF"), (".arw", "ARW"), (".orf", "ORF"), (".raf", "RAF"),
        (".rw2", "RW2"), (".pef", "PEF"),
    ];

    /// <summary>The format of a file by its first bytes, else by its extension; null if it is not known.</summary>
    /// <param name="head">The file's first bytes.</param>
    /// <param name="name">The file's name.</param>
    public static string? Find(ReadOnlySpan<byte> head, string name)
    {
        string? byExtension = ByExtension(name);
        if (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8))
        {
            foreach ((string brand, string format) in Brands)
            {
                if (HasBrand(head, brand)) return format;
            }
        }

        foreach ((byte[] start, string format) in Signatures)
        {
            // Raw photos of cameras are TIFF files too; their extension says more.
            if (head.StartsWith(start)) return format == "TIFF" && byExtension is not null ? byExtension : format;
        }

        return byExtension;
    }

    /// <summary>The format of files with an extension; null if it is not known.</summary>
    /// <param name="name">The file's name.</param>
    public static string? ByExtension(string name)
    {
        string extension = Path.GetExtension(name);
        foreach ((string known, string format) in Extensions)
        {
            if (known.Equals(extension, StringComparison.OrdinalIgnoreCase)) return format;
        }

        return null;
    }

    // The major brand, then the compatible ones from byte 16 to the box's end.
    private static bool HasBrand(ReadOnlySpan<byte> head, string brand)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (int i = 0; i < 4; i++) bytes[i] = (byte)brand[i];
        if (head[8..12].SequenceEqual(bytes)) return true;
        int end = Math.Min(head.Length, Math.Min(256, (head[2] << 8) | head[3]));
        for (int at = 16; at + 4 <= end; at += 4)
        {
            if (head.Slice(at, 4).SequenceEqual(bytes)) return true;
        }

        return false;
    }
}
