using SkiaSharp;

namespace MicroExpNet.Video.Report;

/// <summary>The best view of one face: the one with the highest detector score.</summary>
internal sealed class FaceThumbnail
{
    private const int Side = 72;
    private const double Margin = 0.15;
    private const int Quality = 80;

    // A view replaces the last one only if it is clearly better, so that few are encoded.
    private const float Gain = 0.02f;

    private float _score;

    /// <summary>A grey JPEG of 72×72 pixels; empty before the first view.</summary>
    public byte[] Jpeg { get; private set; } = [];

    /// <summary>Considers a view.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="face">The face in the frame's own pixels.</param>
    /// <returns>Whether it is taken.</returns>
    public bool Consider(in VideoFrame frame, in DetectedFace face)
    {
        if (Jpeg.Length > 0 && face.Score < _score + Gain) return false;
        int margin = (int)(face.Box.Width * Margin);
        int left = Math.Max(0, face.Box.X - margin), top = Math.Max(0, face.Box.Y - margin);
        int right = Math.Min(frame.Width, face.Box.X + face.Box.Width + margin),
            bottom = Math.Min(frame.Height, face.Box.Y + face.Box.Height + margin);
        if (right - left < 2 || bottom - top < 2) return false;
        _score = face.Score;
        using SKBitmap crop = new(new SKImageInfo(right - left, bottom - top, SKColorType.Gray8, SKAlphaType.Opaque));
        Span<byte> pixels = crop.GetPixelSpan();
        for (int y = top; y < bottom; y++)
        {
            frame.Luma.Span.Slice((y * frame.Width) + left, right - left).CopyTo(pixels[((y - top) * crop.RowBytes)..]);
        }

        using SKBitmap small = crop.Resize(
            new SKImageInfo(Side, Side, SKColorType.Gray8, SKAlphaType.Opaque),
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using SKData encoded = small.Encode(SKEncodedImageFormat.Jpeg, Quality);
        Jpeg = encoded.ToArray();
        return true;
    }

    /// <summary>Writes the view.</summary>
    public void WriteTo(BinaryWriter writer)
    {
        writer.Write(_score);
        writer.Write(Jpeg.Length);
        writer.Write(Jpeg);
    }

    /// <summary>A view that was written.</summary>
    public static FaceThumbnail ReadFrom(BinaryReader reader) =>
        new() { _score = reader.ReadSingle(), Jpeg = reader.ReadBytes(reader.ReadInt32()) };
}
