namespace MicroExpNet;

/// <summary>How the pixels of an image lie in memory. Each value of a pixel is 8 bits.</summary>
public enum PixelFormat
{
    /// <summary>One grey value a pixel.</summary>
    Gray8,

    /// <summary>Three bytes a pixel: red, green, blue.</summary>
    Rgb24,

    /// <summary>Three bytes a pixel: blue, green, red. OpenCV's colour <c>Mat</c> and <c>System.Drawing</c>'s
    /// <c>Format24bppRgb</c>.</summary>
    Bgr24,

    /// <summary>Four bytes a pixel: red, green, blue, and one that is ignored.</summary>
    Rgba32,

    /// <summary>Four bytes a pixel: blue, green, red, and one that is ignored. WPF's <c>Bgra32</c>, and Skia's format on most
    /// systems.</summary>
    Bgra32,

    /// <summary>
    /// A camera's or decoder's frame: a plane of luma values, then a plane of half its width and height with a byte pair a pixel, U (Cb)
    /// before V (Cr). Both planes have the same stride. Luma is taken as the grey value; colours are converted as BT.601 in video range.
    /// </summary>
    Nv12,

    /// <summary>
    /// As <see cref="Nv12"/> with the plane of U values before that of V values, each with half the stride of the luma plane, rounded up.
    /// </summary>
    I420,
}
