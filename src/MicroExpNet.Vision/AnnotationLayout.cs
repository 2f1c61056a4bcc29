namespace MicroExpNet.Vision;

/// <summary>
/// The layout of an annotated photo: the photo at the upper left, and to its right a panel for each face with a bar for each class, in
/// columns, so that nothing of the photo is hidden. The text's size follows the photo's, but is never too small to read. Of more faces than
/// fit, the first have panels.
/// </summary>
internal sealed class AnnotationLayout
{
    // As many columns as a WebP file may have; the first column of panels is there always.
    private const int MaxWidth = 16_383;

    private const float MinTextSize = 11;

    // In units of the text's height.
    private const float PanelTextWidth = 19;
    private const float PanelFrameHeight = 3.3f;
    private const float RowHeight = 1.4f;

    public AnnotationLayout(int width, int height, int faces, int classes)
    {
        // Many faces get smaller panels, as long as the text can be read.
        float crowd = MathF.Sqrt(Math.Max(1, faces / 3f));
        TextSize = Math.Max(MinTextSize, Math.Max(width, height) / 42f / crowd);
        PanelWidth = (int)MathF.Ceiling(TextSize * PanelTextWidth);
        PanelHeight = (int)MathF.Ceiling(TextSize * (PanelFrameHeight + ((classes + 1) * RowHeight)));
        Rows = Math.Max(1, height / PanelHeight);
        int columns = Math.Max(1, (MaxWidth - width) / PanelWidth);
        Panels = (int)Math.Min(faces, (long)columns * Rows);
        Height = Math.Max(height, Math.Min(Panels, Rows) * PanelHeight);
        Width = width + ((Panels + Rows - 1) / Rows * PanelWidth);
        PhotoWidth = width;
    }

    /// <summary>Height of the text in pixels.</summary>
    public float TextSize { get; }

    /// <summary>Columns of the annotated photo.</summary>
    public int Width { get; }

    /// <summary>Rows of the annotated photo.</summary>
    public int Height { get; }

    /// <summary>The number of panels: one for each of the first faces.</summary>
    public int Panels { get; }

    /// <summary>Columns of one panel.</summary>
    public int PanelWidth { get; }

    private int PhotoWidth { get; }

    private int PanelHeight { get; }

    private int Rows { get; }

    /// <summary>The upper left corner of a face's panel.</summary>
    public (float X, float Y) Panel(int face) => (PhotoWidth + (face / Rows * PanelWidth), face % Rows * PanelHeight);
}
