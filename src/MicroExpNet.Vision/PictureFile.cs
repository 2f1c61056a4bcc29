using System.Runtime.InteropServices;

namespace MicroExpNet.Vision;

/// <summary>The bytes of a picture's file, in memory that Skia's decoder reads in place. It is free when both are disposed of.</summary>
internal sealed unsafe partial class PictureFile : IDisposable
{
    private readonly int _length;
    private nint _data;

    /// <summary>Reserves memory.</summary>
    /// <param name="length">Bytes; their values are undefined.</param>
    public PictureFile(int length)
    {
        _length = length;
        _data = NewData((nuint)length);
    }

    /// <summary>The bytes.</summary>
    public Span<byte> Bytes => new((byte*)GetBytes(Handle), _length);

    /// <summary>Skia's object.</summary>
    public nint Handle => _data != 0 ? _data : throw new ObjectDisposedException(nameof(PictureFile));

    /// <summary>Copies a file.</summary>
    /// <param name="file">The file.</param>
    public static PictureFile Copy(ReadOnlySpan<byte> file)
    {
        PictureFile copy = new(file.Length);
        file.CopyTo(copy.Bytes);
        return copy;
    }

    /// <summary>Gives the memory back; a decoder that reads it keeps it until it ends.</summary>
    public void Dispose()
    {
        nint data = Interlocked.Exchange(ref _data, 0);
        if (data != 0) ReleaseData(data);
    }

    [LibraryImport(PictureCodec.Library, EntryPoint = "sk_data_new_uninitialized")]
    private static partial nint NewData(nuint length);

    [LibraryImport(PictureCodec.Library, EntryPoint = "sk_data_get_data")]
    private static partial nint GetBytes(nint data);

    [LibraryImport(PictureCodec.Library, EntryPoint = "sk_data_unref")]
    private static partial void ReleaseData(nint data);
}
