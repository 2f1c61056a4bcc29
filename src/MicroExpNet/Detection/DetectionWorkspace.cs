using System.Runtime.InteropServices;
using MicroExpNet.Imaging;

namespace MicroExpNet.Detection;

/// <summary>What one search needs for itself: the picture in smaller and smaller sizes, and the candidates. It is used again for the next.</summary>
internal sealed class DetectionWorkspace
{
    private byte[] _pixels = [];
    private byte[] _spare = [];
    private float[] _output = [];

    /// <summary>Columns of the current size.</summary>
    public int Width { get; private set; }

    /// <summary>Rows of the current size.</summary>
    public int Height { get; private set; }

    /// <summary>Columns of the picture for one of the current size.</summary>
    public float ScaleX { get; private set; }

    /// <summary>Rows of the picture for one of the current size.</summary>
    public float ScaleY { get; private set; }

    /// <summary>The picture in the current size, packed.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels.AsSpan(0, Width * Height);

    /// <summary>Bytes of memory it holds, but for the candidates.</summary>
    public long Length => _pixels.Length + _spare.Length + ((long)_output.Length * sizeof(float));

    /// <summary>What was found so far.</summary>
    public List<Candidate> Candidates { get; } = [];

    /// <summary>What is looked at once more.</summary>
    public List<Candidate> Proposals { get; } = [];

    /// <summary>Begins with a picture brought to a share of its size: halved as often as that goes, then resized.</summary>
    /// <param name="pixels">Grey values, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    /// <param name="scale">Above 0, at most 1.</param>
    public void Begin(ReadOnlySpan<byte> pixels, int width, int height, int stride, double scale)
    {
        (ScaleX, ScaleY) = (1, 1);
        int smallWidth = Math.Max(1, (int)Math.Round(width * scale)), smallHeight = Math.Max(1, (int)Math.Round(height * scale));
        if (width >= 2 * smallWidth && height >= 2 * smallHeight)
        {
            Halve(pixels, width, height, stride);
            while (Width >= 2 * smallWidth && Height >= 2 * smallHeight) Halve();
            if (Width == smallWidth && Height == smallHeight) return;
            Resize(_pixels, Width, Height, Width, smallWidth, smallHeight);
        }
        else
        {
            Resize(pixels, width, height, stride, smallWidth, smallHeight);
        }
    }

    /// <summary>Goes on to half the size; an odd last column or row is left out.</summary>
    public void Halve() => Halve(_pixels, Width, Height, Width);

    /// <summary>Room for the network's outputs for the current size.</summary>
    public Span<float> Output(int length)
    {
        if (_output.Length < length) _output = GC.AllocateUninitializedArray<float>(length);
        return _output.AsSpan(0, length);
    }

    /// <summary>Makes one of all candidates for one face, leaves out those that nobody is sure enough of, and sorts the rest, the surest first.</summary>
    /// <param name="minLogit">The least logit of a face's surest candidate.</param>
    /// <param name="keepsInner">Whether what lies mostly inside another one stays beside it.</param>
    public void Suppress(float minLogit, bool keepsInner = false)
    {
        Candidates.Sort(static (a, b) => b.Logit.CompareTo(a.Logit));
        Span<Candidate> all = CollectionsMarshal.AsSpan(Candidates);
        int kept = 0;
        foreach (Candidate candidate in all)
        {
            int same = 0;
            while (same < kept && !(candidate.IsSameFace(all[same]) || (!keepsInner && candidate.IsInside(all[same])))) same++;
            if (same < kept) all[same] = all[same].With(candidate);
            else if (candidate.Logit >= minLogit) all[kept++] = candidate;
        }

        Candidates.RemoveRange(kept, Candidates.Count - kept);
    }

    private void Halve(ReadOnlySpan<byte> pixels, int width, int height, int stride)
    {
        int halfWidth = width / 2, halfHeight = height / 2;
        Span<byte> half = Spare(halfWidth * halfHeight);
        HalfSize.Average(pixels, stride, 1, half, halfWidth, halfHeight);
        Take(halfWidth, halfHeight, 2, 2);
    }

    private void Resize(ReadOnlySpan<byte> pixels, int width, int height, int stride, int smallWidth, int smallHeight)
    {
        Span<byte> small = Spare(smallWidth * smallHeight);
        BilinearResize.Resize(pixels, width, height, stride, 1, small, smallWidth, smallHeight);
        Take(smallWidth, smallHeight, (float)width / smallWidth, (float)height / smallHeight);
    }

    private Span<byte> Spare(int length)
    {
        if (_spare.Length < length) _spare = GC.AllocateUninitializedArray<byte>(length);
        return _spare.AsSpan(0, length);
    }

    // The scales follow from the steps, not from the sizes: what a halving leaves out is no part of the rest.
    private void Take(int width, int height, float scaleX, float scaleY)
    {
        (_pixels, _spare) = (_spare, _pixels);
        (Width, Height) = (width, height);
        (ScaleX, ScaleY) = (ScaleX * scaleX, ScaleY * scaleY);
    }
}
