namespace MicroExpNet.Cli.Blur;

/// <summary>
/// Makes faces unrecognisable, and searches the result again: what is found there still is covered with fewer colours, then with grey. Of
/// a face, at most <see cref="MaxCells"/>×<see cref="MaxCells"/> mean colours are left.
/// </summary>
/// <param name="detector">Finds the faces and searches the result, also for faces of which it is less sure: an encoder, or a search that
/// knows where a face was, may see one where it hardly does.</param>
/// <param name="style">What is put in the place of a face.</param>
/// <param name="padding">What is covered on each side of a face's box, as a share of its side, 0 or more.</param>
internal sealed class FaceCover(IFaceDetector detector, CoverStyle style, double padding)
{
    /// <summary>Mean colours along each side of a covered face.</summary>
    public const int MaxCells = 6;

    // Two eyes and a mouth take three rows of colours; two rows cannot look like a face.
    private const int MinCells = 2;
    private const int MaxSearches = 8;
    private const double SameFace = 0.3;
    private const byte Gray = 128;

    /// <summary>Covers faces.</summary>
    /// <param name="rgba">The picture, <c>[height, width, 4]</c>.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="faces">Faces to cover. All others that are found are covered too.</param>
    /// <param name="kept">Faces to leave as they are.</param>
    /// <returns>The number of faces that are covered.</returns>
    /// <exception cref="IOException">A face is still found after all attempts.</exception>
    public int Apply(Span<byte> rgba, int width, int height, IReadOnlyList<FaceBox> faces, IReadOnlyList<FaceBox> kept)
    {
        List<FaceBox> covered = [.. faces];
        foreach (FaceBox face in Find(rgba, width, height, kept))
        {
            if (!covered.Any(one => one.IntersectionOverUnion(face) >= SameFace)) covered.Add(face);
        }

        foreach (FaceBox face in covered) Cover(rgba, width, height, face, style, MaxCells);
        for (int searches = 0; searches < MaxSearches; searches++)
        {
            FaceBox[] left = Find(rgba, width, height, kept);
            if (left.Length == 0) return covered.Count;
            foreach (FaceBox face in left)
            {
                // The colours of a covered face may look like a face themselves, and a larger one.
                FaceBox[] beneath = searches < 2 ? [.. covered.Where(one => one.IntersectionOverUnion(face) > 0)] : [];
                CoverStyle how = searches == 0 && beneath.Length > 0 ? style : CoverStyle.Fill;
                foreach (FaceBox one in beneath) Cover(rgba, width, height, one, how, MinCells);
                if (beneath.Length == 0) Cover(rgba, width, height, face, how, MinCells);
            }
        }

        throw new IOException("a face is still found after it was covered");
    }

    private FaceBox[] Find(ReadOnlySpan<byte> rgba, int width, int height, IReadOnlyList<FaceBox> kept) =>
        [.. detector.Detect(new ImageView(rgba, width, height, PixelFormat.Rgba32)).Select(face => face.Box)
            .Where(box => !kept.Any(one => one.IntersectionOverUnion(box) >= SameFace))];

    private void Cover(Span<byte> rgba, int width, int height, FaceBox face, CoverStyle how, int count)
    {
        int x = (int)Math.Round(face.Width * padding), y = (int)Math.Round(face.Height * padding);
        FaceBox area = new FaceBox(face.X - x, face.Y - y, face.Width + (2 * x), face.Height + (2 * y)).ClippedTo(width, height);
        if (area.Width < 1 || area.Height < 1) return;
        Span<float> cells = stackalloc float[count * count * 3];
        if (how == CoverStyle.Fill) cells.Fill(Gray);
        else ReadMeans(rgba, width, area, cells, count);
        for (int row = 0; row < area.Height; row++)
        {
            Span<byte> pixels = rgba.Slice((((area.Y + row) * width) + area.X) * 4, area.Width * 4);
            for (int column = 0; column < area.Width; column++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    pixels[(column * 4) + channel] = (byte)MathF.Round(how == CoverStyle.Blur
                        ? Interpolate(cells, count, Position(row, area.Height, count), Position(column, area.Width, count), channel)
                        : cells[(((CellOf(row, area.Height, count) * count) + CellOf(column, area.Width, count)) * 3) + channel]);
                }
            }
        }
    }

    private static void ReadMeans(ReadOnlySpan<byte> rgba, int width, FaceBox area, Span<float> cells, int count)
    {
        Span<long> sums = stackalloc long[cells.Length];
        Span<int> pixelCounts = stackalloc int[count * count];
        sums.Clear();
        pixelCounts.Clear();
        for (int row = 0; row < area.Height; row++)
        {
            ReadOnlySpan<byte> pixels = rgba.Slice((((area.Y + row) * width) + area.X) * 4, area.Width * 4);
            for (int column = 0; column < area.Width; column++)
            {
                int cell = (CellOf(row, area.Height, count) * count) + CellOf(column, area.Width, count);
                pixelCounts[cell]++;
                for (int channel = 0; channel < 3; channel++) sums[(cell * 3) + channel] += pixels[(column * 4) + channel];
            }
        }

        // An area of fewer pixels than cells leaves some cells empty.
        for (int i = 0; i < cells.Length; i++) cells[i] = pixelCounts[i / 3] == 0 ? Gray : (float)sums[i] / pixelCounts[i / 3];
    }

    private static int CellOf(int position, int length, int count) => (int)((long)position * count / length);

    // In cells, from the centre of the first one.
    private static float Position(int position, int length, int count) => ((position + 0.5f) * count / length) - 0.5f;

    private static float Interpolate(ReadOnlySpan<float> cells, int count, float y, float x, int channel)
    {
        y = Math.Clamp(y, 0, count - 1);
        x = Math.Clamp(x, 0, count - 1);
        int top = Math.Min((int)y, count - 2), left = Math.Min((int)x, count - 2), row = count * 3;
        ReadOnlySpan<float> from = cells[((((top * count) + left) * 3) + channel)..];
        float above = from[0] + ((from[3] - from[0]) * (x - left));
        float below = from[row] + ((from[row + 3] - from[row]) * (x - left));
        return above + ((below - above) * (y - top));
    }
}
