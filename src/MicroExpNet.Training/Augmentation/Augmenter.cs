using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Augmentation;

/// <summary>Renders a face, changed at random, in the size and the pixel scaling of a network's input.</summary>
/// <param name="options">The random changes.</param>
/// <param name="height">Rows of the network's input.</param>
/// <param name="width">Columns of the network's input.</param>
internal sealed unsafe class Augmenter(AugmentationOptions options, int height, int width)
{
    private const ulong DegradationSeed = 0xDE64ADE;
    private const double MiddleGray = 127.5;
    private const double MinErased = 0.02;
    private const double MaxErased = 0.2;
    internal const double FaceSide = 256;
    internal const double WindowSide = 224;

    // Row and column of the original's eight windows in a face of 256×256.
    internal static readonly (
        int Row, int Column)[] OriginalWindows = [(0, 0), (0, 5), (0, 32), (5, 0), (32, 0), (5, 5), (32, 32), (5, 32)];

    /// <summary>Number of values of one face.</summary>
    public int Length => height * width;

    /// <summary>Renders a face.</summary>
    /// <param name="image">The face.</param>
    /// <param name="random">Source of the random choices.</param>
    /// <param name="scale">What a grey value is multiplied by.</param>
    /// <param name="offset">What is then added.</param>
    /// <param name="share">The face's share in a blend, 0 to 1; 1 for a face of its own.</param>
    /// <param name="adds">Whether the face is added to the values already there; then no part of it is erased.</param>
    /// <param name="destination">Receives the values.</param>
    /// <param name="stride">Values from one row of the destination to the next.</param>
    /// <returns>Whether the face was degraded.</returns>
    public bool Draw(
        GrayImage image, ref RandomStream random, float scale, float offset, float share, bool adds, float* destination, int stride)
    {
        bool isDegraded = TryDegrade(ref image, random);

        // Every random number is generated whether it is used or not, so that one option does not change what the others do.
        bool mirrored = random.NextDouble() < 0.5 && options.Mirror;
        double angle = random.NextDouble(-1, 1) * options.Rotation * Math.PI / 180;
        double size = Math.Exp(random.NextDouble(Math.Log(options.MinScale), Math.Log(options.MaxScale)));
        double shiftX = random.NextDouble(-1, 1) * options.Shift, shiftY = random.NextDouble(-1, 1) * options.Shift;
        double brightness = random.NextDouble(-1, 1) * options.Brightness * 255;
        double contrast = 1 + (random.NextDouble(-1, 1) * options.Contrast);
        (int row, int column) = OriginalWindows[random.NextInt32(OriginalWindows.Length)];
        bool erased = random.NextDouble() < options.Erasing;
        FacePlacement placement = options.Windows
            ? new(row / FaceSide, column / FaceSide, WindowSide / FaceSide, size, shiftX, shiftY, angle, mirrored)
            : new(0, 0, 1, size, shiftX, shiftY, angle, mirrored);
        float first = offset * share, last = ((255 * scale) + offset) * share;
        FaceShade shade = new(
            (float)(scale * contrast * share), (float)(((((MiddleGray * (1 - contrast)) + brightness) * scale) + offset) * share),
                Math.Min(first, last), Math.Max(first, last), adds);
        FaceDrawing.Draw(image, placement, shade, destination, height, width, stride);
        if (erased && !adds) Erase(ref random, shade, destination, stride);
        return isDegraded;
    }

    // From a copy of the stream, which leaves the other choices as they are.
    private bool TryDegrade(ref GrayImage image, RandomStream random)
    {
        if (options.Degradation == 0) return false;
        RandomStream own = new(DegradationSeed, random.NextUInt64());
        if (own.NextDouble() >= options.Degradation) return false;
        image = Degradation.Apply(image, ref own);
        return true;
    }

    private void Erase(ref RandomStream random, in FaceShade shade, float* destination, int stride)
    {
        double area = random.NextDouble(MinErased, MaxErased) * height * width;
        double ratio = Math.Exp(random.NextDouble(Math.Log(0.5), Math.Log(2)));
        int rows = Math.Clamp((int)Math.Round(Math.Sqrt(area * ratio)), 1, height),
            columns = Math.Clamp((int)Math.Round(Math.Sqrt(area / ratio)), 1, width);
        int top = random.NextInt32(height - rows + 1), left = random.NextInt32(width - columns + 1);
        float gray = (float)random.NextDouble(shade.Darkest, shade.Lightest);
        for (int y = top; y < top + rows; y++) new Span<float>(destination + (y * stride) + left, columns).Fill(gray);
    }
}
