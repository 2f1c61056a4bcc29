using System.Globalization;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Label;

/// <summary>Labels one picture: reads its file, decodes it, finds and classifies its faces. Any number of threads may use it.</summary>
/// <param name="classifier">Finds and classifies faces.</param>
/// <param name="selection">Which faces.</param>
/// <param name="limits">The most pixels.</param>
internal sealed class PictureLabeler(PhotoClassifier classifier, FaceSelection selection, PhotoLimits limits)
{
    // A decoded picture, its upright copy, and what the detector makes of it.
    private const long BytesOfPixel = 10;
    private const long DecodingBytes = 500_000_000;
    private const long FileBytes = 2 * UnitReader.MaxFileBytes;

    private readonly MemoryBudget _decoding = new(DecodingBytes);

    /// <summary>The most pixels that memory is set aside for.</summary>
    public static long MaxPixels => DecodingBytes / BytesOfPixel;

    /// <summary>Bounds the memory of files.</summary>
    public MemoryBudget Files { get; } = new(FileBytes);

    /// <summary>Labels a picture; whatever is wrong with it is a row.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="time">Its time; a server is waited for no longer.</param>
    /// <exception cref="StoreUnavailableException">The object store does not answer.</exception>
    /// <exception cref="OperationCanceledException">The time was over while a server or memory was waited for.</exception>
    public IReadOnlyList<LabelRow> Label(UnitPicture picture, PictureTime time)
    {
        LabelRow row = new() { File = picture.Name };
        if (picture.Failure is { } failure) return [row with { Error = failure }];
        CancellationToken end = time.End;
        MemoryBudget.Share? room = picture.Room;
        try
        {
            byte[] content = picture.Content ?? Read(picture.Location!, ref room, time);
            using MemoryBudget.Share decoding = time.Take(_decoding, Pixels(content) * BytesOfPixel);
            end.ThrowIfCancellationRequested();
            IReadOnlyList<ClassifiedFace> faces = Recognize(content, picture.Name, ref row);
            return faces.Count == 0 ? [row] : [.. faces.Select((face, i) => row with
            {
                Number = i + 1,
                Face = face.Face,
                Expression = face.Scores.Top,
                Probability = face.Scores.TopProbability,
                Probabilities = face.Scores.Probabilities.ToArray(),
            })];
        }
        catch (Exception e) when (
            e is not StoreUnavailableException && !(e is OperationCanceledException && end.IsCancellationRequested))
        {
            return [row with { Error = Message.OneLine(Message.Of(e, picture.Name)) }];
        }
        finally
        {
            room?.Dispose();
        }
    }

    private IReadOnlyList<ClassifiedFace> Recognize(byte[] content, string name, ref LabelRow row)
    {
        if (!classifier.Classifier.Cropper.CanReadGray)
        {
            using Photo colors = Photo.Load(content, name, limits);
            row = row with { Width = colors.Width, Height = colors.Height };
            return classifier.Classify(colors, selection);
        }

        using GrayPhoto photo = GrayPhoto.Load(content, name, classifier.Reduce(limits, selection));
        row = row with { Width = photo.FullWidth, Height = photo.FullHeight };
        return PhotoClassifier.Enlarge(classifier.ClassifyAsDecoded(photo, selection), photo);
    }

    private byte[] Read(string location, ref MemoryBudget.Share? room, PictureTime time)
    {
        if (RemoteFile.IsUrl(location))
        {
            byte[] content = Remote.Read(location, UnitReader.MaxFileBytes, time.End);
            room = time.Take(Files, content.Length);
            return content;
        }

        FileInfo file = new(location);
        if (!file.Exists && Directory.Exists(location))
        {
            throw new IOException(CanList(location) ? "it is a folder" : "no permission to read this folder");
        }

        if (file.Exists && file.Length > UnitReader.MaxFileBytes)
        {
            throw new IOException(string.Create(
                CultureInfo.InvariantCulture, $"{file.Length / 1e6:N0} MB; the limit for a file is {UnitReader.MaxFileBytes / 1e6:N0}"));
        }

        if (PipeOrDevice.Is(location)) throw new IOException(PipeOrDevice.Reason);
        room = time.Take(Files, file.Exists ? file.Length : 0);
        return File.ReadAllBytes(location);
    }

    private static bool CanList(string folder)
    {
        try
        {
            _ = Directory.EnumerateFileSystemEntries(folder).Any();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    // What the file's head claims; the decoder refuses what is no picture, and what is too large.
    private static long Pixels(byte[] content)
    {
        using PictureCodec? codec = PictureCodec.Open(content, out _);
        return codec is null ? 0 : (long)codec.Width * codec.Height;
    }
}
