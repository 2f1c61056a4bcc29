using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace MicroExpNet.Vision;

/// <summary>
/// The system's libjpeg-turbo, where it is installed: it decodes to the same pixels as Skia's copy of it, which is built without vector
/// instructions, in less than half of the time. Whatever it does not decode without a complaint is left to Skia.
/// </summary>
internal static unsafe class TurboJpeg
{
    // Of TJCS, TJPF and TJFLAG. The flags choose what Skia's copy does, and bound the scans of a progressive file.
    private const int YCbCr = 1, Gray = 2, Rgba = 7, AccurateTransform = 4096, LimitScans = 32768;

    private static readonly delegate* unmanaged<nint> Open;
    private static readonly delegate* unmanaged<nint, byte*, CULong, int*, int*, int*, int*, int> ReadHeader;
    private static readonly delegate* unmanaged<nint, byte*, CULong, byte*, int, int, int, int, int, int> Decompress;
    private static readonly delegate* unmanaged<nint, int> Close;

    [SuppressMessage("Performance", "CA1810", Justification = "four functions of one library")]
    static TurboJpeg()
    {
        if (!TryLoad(out nint library)
            || !NativeLibrary.TryGetExport(library, "tjInitDecompress", out nint open)
            || !NativeLibrary.TryGetExport(library, "tjDecompressHeader3", out nint readHeader)
            || !NativeLibrary.TryGetExport(library, "tjDecompress2", out nint decompress)
            || !NativeLibrary.TryGetExport(library, "tjDestroy", out nint close))
        {
            return;
        }

        Open = (delegate* unmanaged<nint>)open;
        ReadHeader = (delegate* unmanaged<nint, byte*, CULong, int*, int*, int*, int*, int>)readHeader;
        Decompress = (delegate* unmanaged<nint, byte*, CULong, byte*, int, int, int, int, int, int>)decompress;
        Close = (delegate* unmanaged<nint, int>)close;
    }

    /// <summary>Whether it is installed.</summary>
    public static bool IsInstalled => Close != null;

    /// <summary>Decodes a file of the usual kind: grey, or luma and chroma, whole and without a fault.</summary>
    /// <param name="file">The file.</param>
    /// <param name="rgba">Receives the pixels, <c>[height, width, 4]</c>, the fourth byte 255; undefined where it fails.</param>
    /// <param name="width">Columns that its header says, reduced.</param>
    /// <param name="height">Rows that its header says, reduced.</param>
    /// <param name="reduction">How many pixels a side of the file each decoded one stands for: 1, 2, 4 or 8.</param>
    /// <returns>Whether the pixels are there: false too where libjpeg-turbo is not installed.</returns>
    /// <exception cref="ArgumentException"><paramref name="rgba"/> is too short.</exception>
    public static bool TryDecode(ReadOnlySpan<byte> file, Span<byte> rgba, int width, int height, int reduction = 1)
    {
        if (rgba.Length < (long)width * height * 4) throw new ArgumentException($"{rgba.Length} bytes for {width}×{height} pixels");
        if (!IsInstalled || Open() is not (not 0 and nint decoder)) return false;
        fixed (byte* bytes = file, pixels = rgba)
        {
            CULong length = new((nuint)file.Length);
            int columns, rows, subsampling, colors;
            bool isDecoded = ReadHeader(decoder, bytes, length, &columns, &rows, &subsampling, &colors) == 0
                && (PictureCodec.Reduced(columns, reduction), PictureCodec.Reduced(rows, reduction)) == (width, height)
                && colors is YCbCr or Gray
                && Decompress(decoder, bytes, length, pixels, width, width * 4, height, Rgba, AccurateTransform | LimitScans) == 0;
            _ = Close(decoder);
            return isDecoded;
        }
    }

    // Beside the program or where the system looks: never in the working directory.
    private static bool TryLoad(out nint library)
    {
        string name =
            OperatingSystem.IsWindows() ? "turbojpeg.dll" :
            OperatingSystem.IsMacOS() ? "libturbojpeg.0.dylib" :
            "libturbojpeg.so.0";
        const DllImportSearchPath Where = DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories;
        return NativeLibrary.TryLoad(name, typeof(TurboJpeg).Assembly, Where, out library);
    }
}
