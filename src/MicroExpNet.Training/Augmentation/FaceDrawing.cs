using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Augmentation;

/// <summary>Renders a placed face by bilinear interpolation. Beyond its edges, the nearest pixel of the face is repeated.</summary>
internal static unsafe class FaceDrawing
{
    /// <summary>Renders a face.</summary>
    /// <param name="image">The face.</param>
    /// <param name="placement">How it is placed.</param>
    /// <param name="shade">How its grey values are changed.</param>
    /// <param name="destination">Receives <paramref name="height"/> rows of <paramref name="width"/> values, rows <paramref name="stride"/>
    /// apart.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="stride">Values from one row to the next.</param>
    public static void Draw(
        GrayImage image, FacePlacement placement, FaceShade shade, float* destination, int height, int width, int stride)
    {
        // From output pixels to the face's, about the middle of the window. Pixel centres lie at halves.
        double stepX = placement.Side * image.Width / width / placement.Scale,
            stepY = placement.Side * image.Height / height / placement.Scale;
        double cos = Math.Cos(placement.Angle), sin = Math.Sin(placement.Angle), direction = placement.Mirrored ? -1 : 1;
        double middleX = ((placement.Left + (placement.Side * (0.5 + placement.ShiftX))) * image.Width) - 0.5;
        double middleY = ((placement.Top + (placement.Side * (0.5 + placement.ShiftY))) * image.Height) - 0.5;
        double acrossX = direction * cos * stepX, downX = -sin * stepX, acrossY = direction * sin * stepY, downY = cos * stepY;
        bool gathers = Avx2.IsSupported && image.Pixels.Length >= sizeof(int);
        fixed (byte* pixels = image.Pixels)
        {
            for (int y = 0; y < height; y++)
            {
                double fromY = y - ((height - 1) / 2.0), fromX = -(width - 1) / 2.0;
                float sourceX = (float)(middleX + (fromX * acrossX) + (fromY * downX)),
                    sourceY = (float)(middleY + (fromX * acrossY) + (fromY * downY));
                float* row = destination + (y * stride);
                if (gathers)
                {
                    GatherRow(pixels, image.Width, image.Height, sourceX, sourceY, (float)acrossX, (float)acrossY, shade, row, width);
                }
                else
                {
                    DrawRow(pixels, image.Width, image.Height, sourceX, sourceY, (float)acrossX, (float)acrossY, shade, row, width);
                }
            }
        }
    }

    // DrawRow, eight pixels at a time, with the same bits. A gathered integer holds a pixel in its lowest byte and the pixel's right
    // neighbour above it. Where there is no neighbour to the right or below, its share is zero and any pixel will do.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GatherRow(
        byte* pixels, int sourceWidth, int sourceHeight, float x, float y, float stepX, float stepY, in FaceShade shade, float* to,
        int width)
    {
        Vector256<float> right = Vector256.Create(sourceWidth - 1f), bottom = Vector256.Create(sourceHeight - 1f),
            gain = Vector256.Create(shade.Gain), bias = Vector256.Create(shade.Bias), darkest = Vector256.Create(shade.Darkest),
            lightest = Vector256.Create(shade.Lightest), zero = Vector256<float>.Zero;
        Vector256<int> lastRow = Vector256.Create((sourceHeight - 1) * sourceWidth),
            lastStart = Vector256.Create((sourceWidth * sourceHeight) - sizeof(int)), rowLength = Vector256.Create(sourceWidth);
        bool adds = shade.Adds;
        float* rest = stackalloc float[Vector256<float>.Count];
        for (int i = 0; i < width; i += Vector256<float>.Count)
        {
            Vector256<float> position = Vector256.ConvertToSingle(Vector256.Create(i) + Vector256<int>.Indices);
            Vector256<float> px = Avx.Min(Avx.Max(Vector256.Create(x) + (position * Vector256.Create(stepX)), zero), right),
                py = Avx.Min(Avx.Max(Vector256.Create(y) + (position * Vector256.Create(stepY)), zero), bottom);
            Vector256<int> column = Avx.ConvertToVector256Int32WithTruncation(px), row = Avx.ConvertToVector256Int32WithTruncation(py);
            Vector256<float> shareX = px - Vector256.ConvertToSingle(column), shareY = py - Vector256.ConvertToSingle(row);
            Vector256<int> start = row * rowLength;
            Vector256<float> above = GatherPair(pixels, start + column, lastStart, shareX),
                below = GatherPair(pixels, Vector256.Min(start + rowLength, lastRow) + column, lastStart, shareX);
            Vector256<float> value = Avx.Min(Avx.Max(((above + (shareY * (below - above))) * gain) + bias, darkest), lightest);
            int left = width - i;
            if (left >= Vector256<float>.Count)
            {
                (adds ? Vector256.Load(to + i) + value : value).Store(to + i);
                continue;
            }

            value.Store(rest);
            for (int j = 0; j < left; j++) to[i + j] = adds ? to[i + j] + rest[j] : rest[j];
        }
    }

    // Between each pixel and its right neighbour. No integer is read past the image's last byte: those that would be start earlier and
    // are shifted.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> GatherPair(byte* pixels, Vector256<int> at, Vector256<int> lastStart, Vector256<float> share)
    {
        Vector256<int> start = Vector256.Min(at, lastStart);
        Vector256<int> bytes = Avx2.GatherVector256((int*)pixels, start, 1);
        bytes = Avx2.ShiftRightLogicalVariable(bytes, ((at - start) << 3).AsUInt32());
        Vector256<int> first = bytes & Vector256.Create(255), second = (bytes >>> 8) & Vector256.Create(255);
        return Vector256.ConvertToSingle(first) + (share * Vector256.ConvertToSingle(second - first));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DrawRow(
        byte* pixels, int sourceWidth, int sourceHeight, float x, float y, float stepX, float stepY, in FaceShade shade, float* to,
        int width)
    {
        float right = sourceWidth - 1, bottom = sourceHeight - 1, gain = shade.Gain, bias = shade.Bias, darkest = shade.Darkest,
            lightest = shade.Lightest;
        bool adds = shade.Adds;
        for (int i = 0; i < width; i++)
        {
            // No coordinate is NaN or out of the integers' range: the processor's own minimum, maximum and conversion will do.
            float px = float.MinNative(float.MaxNative(x + (i * stepX), 0), right),
                py = float.MinNative(float.MaxNative(y + (i * stepY), 0), bottom);
            int column = float.ConvertToIntegerNative<int>(px), row = float.ConvertToIntegerNative<int>(py);
            float shareX = px - column, shareY = py - row;
            int across = column < sourceWidth - 1 ? 1 : 0, down = row < sourceHeight - 1 ? sourceWidth : 0;
            byte* from = pixels + (row * sourceWidth) + column;
            float above = from[0] + (shareX * (from[across] - from[0]));
            float below = from[down] + (shareX * (from[down + across] - from[down]));
            float value = float.MinNative(float.MaxNative(((above + (shareY * (below - above))) * gain) + bias, darkest), lightest);
            to[i] = adds ? to[i] + value : value;
        }
    }
}
