using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Detection;

/// <summary>A scene in the making: grey values that pictures are laid on.</summary>
internal readonly ref struct Canvas
{
    private readonly Span<float> _pixels;

    /// <param name="pixels">Grey values, <c>[height, width]</c>, packed.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public Canvas(Span<float> pixels, int width, int height)
    {
        _pixels = pixels;
        Width = width;
        Height = height;
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Lays a picture on a part of the scene.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="placement">From the scene's pixels to the picture's.</param>
    /// <param name="mask">How much of it is seen where.</param>
    /// <param name="tone">How its grey values change.</param>
    /// <param name="left">First column of the part.</param>
    /// <param name="top">First row of the part.</param>
    /// <param name="right">Behind its last column.</param>
    /// <param name="bottom">Behind its last row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Draw(Mipmaps picture, in Placement placement, in Mask mask, in Tone tone, int left, int top, int right, int bottom)
    {
        (GrayImage level, double factor) = picture.For(placement.Step);
        float maxX = level.Width - 1, maxY = level.Height - 1;
        Span<float> tones = stackalloc float[257];
        tone.Fill(tones);
        bool isShaded = tone.IsShaded;
        (left, top, right, bottom) = (Math.Max(left, 0), Math.Max(top, 0), Math.Min(right, Width), Math.Min(bottom, Height));

        // A level's pixels lie at the middles of the picture's own they stand for.
        double shift = (0.5 / factor) - 0.5;
        float stepX = (float)(placement.AcrossX / factor), stepY = (float)(placement.AcrossY / factor);
        float fade = mask.EdgeFade > 0 ? 1f / Math.Max(1, (float)mask.EdgeFade * level.Width) : 0;
        ref byte pixels = ref MemoryMarshal.GetArrayDataReference(level.Pixels);
        for (int y = top; y < bottom; y++)
        {
            double rowX = placement.X + (placement.DownX * y), rowY = placement.Y + (placement.DownY * y);
            float startX = (float)((rowX / factor) + shift), startY = (float)((rowY / factor) + shift);
            Span<float> row = _pixels.Slice(y * Width, Width);
            for (int x = left; x < right; x++)
            {
                float sourceX = startX + (stepX * x), sourceY = startY + (stepY * x), alpha = 1;
                if (mask.RadiusX != 0)
                {
                    alpha = mask.At(x, y);
                    if (fade != 0)
                    {
                        float edge = Math.Min(Math.Min(sourceX, maxX - sourceX), Math.Min(sourceY, maxY - sourceY));
                        alpha = Math.Min(alpha, edge * fade);
                    }

                    if (alpha <= 0) continue;
                }

                sourceX = float.MinNative(float.MaxNative(sourceX, 0), maxX);
                sourceY = float.MinNative(float.MaxNative(sourceY, 0), maxY);
                int column = (int)sourceX, line = (int)sourceY;
                float shareX = sourceX - column, shareY = sourceY - line;
                int across = column < maxX ? 1 : 0, down = line < maxY ? level.Width : 0, at = (line * level.Width) + column;
                float above = At(ref pixels, at) + (shareX * (At(ref pixels, at + across) - At(ref pixels, at)));
                float below = At(ref pixels, at + down) + (shareX * (At(ref pixels, at + down + across) - At(ref pixels, at + down)));
                float source = above + (shareY * (below - above));
                int grey = (int)source;
                float value = tones[grey] + ((source - grey) * (tones[grey + 1] - tones[grey]));
                if (isShaded) value *= tone.Shade(x, y);
                row[x] = alpha >= 1 ? value : row[x] + (alpha * (value - row[x]));
            }
        }

        static float At(ref byte pixels, int index) => Unsafe.Add(ref pixels, index);
    }

    /// <summary>Fills a part of the scene with one grey.</summary>
    /// <param name="mask">The part.</param>
    /// <param name="value">The grey.</param>
    /// <param name="opacity">How much of what is under it is hidden, 0 to 1.</param>
    /// <param name="hole">Share of the mask's radii within which nothing is drawn: 0 fills it, more leaves a ring.</param>
    public void Fill(in Mask mask, float value, float opacity, float hole = 0)
    {
        double reach = Math.Sqrt((mask.RadiusX * mask.RadiusX) + (mask.RadiusY * mask.RadiusY));
        int left = Math.Max(0, (int)(mask.X - reach)), top = Math.Max(0, (int)(mask.Y - reach));
        int right = Math.Min(Width, (int)(mask.X + reach) + 2), bottom = Math.Min(Height, (int)(mask.Y + reach) + 2);
        Mask inner = mask with { RadiusX = mask.RadiusX * hole, RadiusY = mask.RadiusY * hole };
        for (int y = top; y < bottom; y++)
        {
            Span<float> row = _pixels.Slice(y * Width, Width);
            for (int x = left; x < right; x++)
            {
                float alpha = mask.At(x, y) * opacity;
                if (hole > 0) alpha *= 1 - inner.At(x, y);
                row[x] += alpha * (value - row[x]);
            }
        }
    }

    /// <summary>Mean grey of the scene's pixels in a square.</summary>
    public float Mean(double x, double y, double side)
    {
        int left = Math.Clamp((int)(x - (side / 2)), 0, Width - 1), top = Math.Clamp((int)(y - (side / 2)), 0, Height - 1);
        int right = Math.Clamp((int)(x + (side / 2)), left + 1, Width), bottom = Math.Clamp((int)(y + (side / 2)), top + 1, Height);
        float sum = 0;
        for (int row = top; row < bottom; row++)
        {
            foreach (float value in _pixels.Slice((row * Width) + left, right - left)) sum += value;
        }

        return sum / ((right - left) * (bottom - top));
    }

    /// <summary>The contrast and brightness that bring a head to the mean of what it is laid on.</summary>
    public (float Gain, float Bias) Match(Mipmaps picture, in Placement placement, double x, double y, double side, double gain)
    {
        GrayImage image = picture.Image;
        double own = 0, under = 0;
        int count = 0;
        for (double dy = -0.4; dy <= 0.4; dy += 0.1)
        {
            for (double dx = -0.4; dx <= 0.4; dx += 0.1)
            {
                double px = x + (dx * side), py = y + (dy * side);
                int column = (int)(placement.X + (placement.AcrossX * px) + (placement.DownX * py)),
                    line = (int)(placement.Y + (placement.AcrossY * px) + (placement.DownY * py));
                if (px < 0 || py < 0 || px >= Width || py >= Height || column < 0 || line < 0 || column >= image.Width
                    || line >= image.Height) continue;
                own += image.Pixels[(line * image.Width) + column];
                under += _pixels[((int)py * Width) + (int)px];
                count++;
            }
        }

        if (count == 0) return (1, 0);
        double mean = ((own / count) - 127.5) * gain;
        return ((float)gain, (float)((under / count) - 127.5 - mean));
    }

    /// <summary>Fills the scene with a texture: a gradient of grey, stripes, and noise of several sizes, some of each.</summary>
    public void DrawTexture(ref RandomStream random)
    {
        double middle = random.NextDouble(20, 235), slopeX = random.NextDouble(-100, 100) / Width,
            slopeY = random.NextDouble(-100, 100) / Height;
        double angle = random.NextDouble() * Math.PI, period = Math.Exp(random.NextDouble(Math.Log(3), Math.Log(60)));
        double stripes = random.NextDouble() < 0.4 ? random.NextDouble(5, 80) : 0,
            grain = random.NextDouble() < 0.7 ? random.NextDouble(5, 60) : 0;
        double waveX = Math.Cos(angle) * 2 * Math.PI / period, waveY = Math.Sin(angle) * 2 * Math.PI / period;
        double checks = random.NextDouble() < 0.3 ? 1 : 0;
        ulong seed = random.NextUInt64();
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                double wave = Math.Sin((x * waveX) + (y * waveY));
                if (checks > 0) wave = Math.Sign(wave * Math.Sin((x * waveY) - (y * waveX)));
                double noise = 0, weight = 0.5;
                for (int size = 32; grain > 0 && size >= 2; size /= 4, weight *= 0.7)
                {
                    noise += weight * ValueNoise(seed, (double)x / size, (double)y / size, size);
                }
                _pixels[(y * Width) + x] = (float)(
                    middle + (slopeX * (x - (Width / 2.0))) + (slopeY * (y - (Height / 2.0))) + (stripes * wave) + (grain * noise));
            }
        }
    }

    /// <summary>Smooths as a lens out of focus: as often as it takes with three taps each way.</summary>
    /// <param name="deviation">Standard deviation, in pixels.</param>
    public void Defocus(double deviation)
    {
        const double MaxVarianceOfPass = 0.5;
        double variance = deviation * deviation;
        int passes = (int)Math.Ceiling(variance / MaxVarianceOfPass);
        for (int i = 0; i < passes; i++) Blur((float)(variance / passes));
    }

    /// <summary>Applies an exponent to the grey values and multiplies them, as another exposure.</summary>
    /// <param name="gamma">Above 1 darkens.</param>
    /// <param name="exposure">Below 1 darkens.</param>
    public void Expose(float gamma, float exposure)
    {
        Span<float> tones = stackalloc float[257];
        for (int i = 0; i < tones.Length; i++) tones[i] = exposure * 255 * MathF.Pow(i / 255f, gamma);
        Span<float> pixels = _pixels[..(Width * Height)];
        for (int i = 0; i < pixels.Length; i++)
        {
            float value = Math.Clamp(pixels[i], 0, 255);
            int grey = (int)value;
            pixels[i] = tones[grey] + ((value - grey) * (tones[grey + 1] - tones[grey]));
        }
    }

    /// <summary>Compresses it as a JPEG file of some quality, and keeps the values 0 to 255.</summary>
    /// <param name="quality">1 to 100.</param>
    public void Compress(int quality)
    {
        JpegArtifacts.Apply(_pixels, Width, Height, quality);
        Span<float> pixels = _pixels[..(Width * Height)];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = Math.Clamp(pixels[i], 0, 255);
    }

    /// <summary>Smooths with three taps each way.</summary>
    /// <param name="amount">Weight of both neighbours together, 0 to 1.</param>
    public void Blur(float amount)
    {
        for (int y = 0; y < Height; y++)
        {
            Span<float> row = _pixels.Slice(y * Width, Width);
            float before = row[0];
            for (int x = 0; x < Width; x++)
            {
                float own = row[x], after = row[Math.Min(x + 1, Width - 1)];
                row[x] = own + (amount * (((before + after) / 2) - own));
                before = own;
            }
        }

        for (int x = 0; x < Width; x++)
        {
            float before = _pixels[x];
            for (int y = 0; y < Height; y++)
            {
                float own = _pixels[(y * Width) + x], after = _pixels[(Math.Min(y + 1, Height - 1) * Width) + x];
                _pixels[(y * Width) + x] = own + (amount * (((before + after) / 2) - own));
                before = own;
            }
        }
    }

    /// <summary>Changes the light, adds noise, and keeps the values 0 to 255.</summary>
    /// <param name="gain">Contrast about middle grey.</param>
    /// <param name="bias">What is added.</param>
    /// <param name="slopeX">How much brighter the right edge is than the middle, as a share.</param>
    /// <param name="slopeY">How much brighter the lower edge is than the middle, as a share.</param>
    /// <param name="noise">Standard deviation of the noise.</param>
    /// <param name="seed">Seed of the noise.</param>
    public void Light(float gain, float bias, float slopeX, float slopeY, float noise, ulong seed)
    {
        // Sums of four bytes: near enough to a normal distribution for a sensor's noise.
        float scale = noise / 147.8f;
        RandomStream random = new(seed, 0);
        for (int y = 0; y < Height; y++)
        {
            Span<float> row = _pixels.Slice(y * Width, Width);
            float down = slopeY * (((2f * y) / Height) - 1);
            for (int x = 0; x < row.Length; x++)
            {
                float light = 1 + (slopeX * (((2f * x) / Width) - 1)) + down;
                float value = (((row[x] - 127.5f) * gain) + 127.5f + bias) * light;
                if (noise > 0)
                {
                    ulong bits = random.NextUInt64();
                    value += scale * (
                        (int)(bits & 255) + (int)((bits >> 8) & 255) + (int)((bits >> 16) & 255) + (int)((bits >> 24) & 255) - 510);
                }

                row[x] = Math.Clamp(value, 0, 255);
            }
        }
    }

    private static double ValueNoise(ulong seed, double x, double y, int salt)
    {
        int column = (int)Math.Floor(x), row = (int)Math.Floor(y);
        double shareX = x - column, shareY = y - row;
        shareX *= shareX * (3 - (2 * shareX));
        shareY *= shareY * (3 - (2 * shareY));
        double above = At(column, row) + (shareX * (At(column + 1, row) - At(column, row)));
        double below = At(column, row + 1) + (shareX * (At(column + 1, row + 1) - At(column, row + 1)));
        return above + (shareY * (below - above));

        double At(int c, int r) => new RandomStream(seed + (ulong)salt, ((ulong)(uint)c << 32) | (uint)r).NextDouble(-1, 1);
    }
}
