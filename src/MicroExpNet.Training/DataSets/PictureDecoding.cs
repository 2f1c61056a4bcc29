using MicroExpNet.Vision;

namespace MicroExpNet.Training.DataSets;

/// <summary>Decodes the pictures of a data set to grey images, several at once, in bounded memory.</summary>
internal static class PictureDecoding
{
    // Files that are read before they are decoded together: enough for all cores, little memory.
    private const int MaxFiles = 512;
    private const long MaxFileBytes = 128 << 20;

    // Decoding takes four bytes for each pixel. Larger pictures are decoded one after another.
    private const long ParallelPixels = 4_000_000;

    /// <summary>Reads and decodes pictures.</summary>
    /// <param name="names">The pictures' names.</param>
    /// <param name="read">Reads the file of a position in <paramref name="names"/>. Called by one thread at a time, as archives
    /// require.</param>
    /// <param name="convert">Makes of an image what is kept; called by several threads.</param>
    /// <param name="maxPixels">Maximum number of pixels of a picture.</param>
    /// <param name="cancellationToken">Stops reading and decoding.</param>
    /// <typeparam name="T">What is kept of an image.</typeparam>
    /// <returns>For each picture, in order, what is kept, if anything, and what is wrong with the file, if anything.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static IEnumerable<(T? Result, string? Fault)> Decode<T>(
        IReadOnlyList<string> names, Func<int, byte[]> read, Func<GrayImage, T> convert, long maxPixels,
            CancellationToken cancellationToken)
        where T : class
    {
        for (int first = 0; first < names.Count;)
        {
            List<(byte[]? Bytes, string? Fault)> files = [];
            for (long bytes = 0; first + files.Count < names.Count && files.Count < MaxFiles && bytes < MaxFileBytes;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                files.Add(TryRead(read, first + files.Count));
                bytes += files[^1].Bytes?.Length ?? 0;
            }

            (T? Result, string? Fault)[] images = new (T?, string?)[files.Count];
            int start = first;
            Parallel.For(0, files.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
                images[i] = files[i].Bytes is { } bytes
                    ? Decode(bytes, names[start + i], convert, Math.Min(maxPixels, ParallelPixels))
                    : (null, files[i].Fault));
            for (int i = 0; i < files.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (images[i].Result is null && files[i].Bytes is { } bytes)
                {
                    images[i] = Decode(bytes, names[start + i], convert, maxPixels);
                }

                files[i] = default;
                yield return images[i];
                images[i] = default;
            }

            first += files.Count;
        }
    }

    private static (byte[]? Bytes, string? Fault) TryRead(Func<int, byte[]> read, int position)
    {
        try
        {
            return (read(position), null);
        }
        catch (DataSetFormatException e)
        {
            return (null, e.Message);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, "there is no such file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
        {
            return (null, "it can't be read");
        }
    }

    private static (T? Result, string? Fault) Decode<T>(byte[] bytes, string name, Func<GrayImage, T> convert, long maxPixels)
        where T : class
    {
        try
        {
            using MemoryStream stream = new(bytes);
            using Photo photo = Photo.Load(stream, name, new PhotoLimits(maxPixels));
            return (convert(new GrayImage(photo.ToGray(), photo.Width, photo.Height)), WithoutName(photo.Warning, name));
        }
        catch (PhotoFormatException e)
        {
            return (null, WithoutName(e.Message, name));
        }
    }

    private static string? WithoutName(string? message, string name) =>
        message is not null && message.StartsWith($"{name}: ", StringComparison.Ordinal) ? message[(name.Length + 2)..] : message;
}
