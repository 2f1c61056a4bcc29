using System.Buffers;
using MicroExpNet.Imaging;

namespace MicroExpNet.Vision;

/// <summary>Cuts faces out of pictures the way a model's card asks for.</summary>
internal static class FaceCutting
{
    /// <summary>Turns a face upright where the card asks for that and the face's eyes are known, and brings it to the model's input size.</summary>
    /// <param name="recognizer">Whose input the face becomes.</param>
    /// <param name="pixels">The picture, <c>[height, width, channels]</c>, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    /// <param name="channels">Bytes a pixel.</param>
    /// <param name="face">The face, its box inside the picture.</param>
    /// <param name="cut">Receives the face, <c>[input height, input width, channels]</c>, packed.</param>
    public static void Cut(
        ExpressionRecognizer recognizer, ReadOnlySpan<byte> pixels, int width, int height, int stride, int channels, DetectedFace face, Span<byte> cut)
    {
        FaceBox box = face.Box;
        if (recognizer.Card.Upright && UprightFace.IsTilted(face))
        {
            byte[] turned = ArrayPool<byte>.Shared.Rent(box.Width * box.Height * channels);
            UprightFace.Turn(pixels, width, height, stride, channels, box, face.Eyes!.Value.Tilt, turned);
            FacePreparation.Prepare(
                turned, box.Width, box.Height, box.Width * channels, channels, recognizer.Card.FaceCrop, cut, recognizer.InputWidth, recognizer.InputHeight);
            ArrayPool<byte>.Shared.Return(turned);
            return;
        }

        FacePreparation.Prepare(
            pixels[((box.Y * stride) + (box.X * channels))..], box.Width, box.Height, stride, channels, recognizer.Card.FaceCrop, cut, recognizer.InputWidth, recognizer.InputHeight);
    }
}
