namespace MicroExpNet.Vision;

/// <summary>The file format of a photo that is written.</summary>
public enum PhotoFormat
{
    /// <summary>PNG: every pixel as it is.</summary>
    Png,

    /// <summary>JPEG with quality 92 of 100.</summary>
    Jpeg,

    /// <summary>WebP with quality 92 of 100; at most 16,383 pixels a side.</summary>
    Webp,
}
