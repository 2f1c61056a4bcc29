namespace MicroExpNet.Vision;

/// <summary>
/// Where an annotated picture's parts lie: the picture itself at the upper left, and beside it a panel of eight bars for each face, in
/// columns, so that nothing of the picture is hidden. Text is sized to the picture, but never too small to read.
/// </summary>
internal sealed class AnnotationLayout
{
    private const float SmallestText = 11;

    // In heights of the text.
    private const float PanelTextWidth = 19;
    private const float PanelTextHeight = 14.5f;

    public AnnotationLayout(int width, int height, int faces)
    {
        // Many faces get smaller panels, down to what can be read.
        float crowd = MathF.Sqrt(Math.Max(1, faces / 3f));
        TextSize = Math.Max(SmallestText, Math.Max(width, height) / 42f / crowd);
        PanelWidth = (int)MathF.Ceiling(TextSize * PanelTextWidth);
        PanelHeight = (int)MathF.Ceiling(TextSize * PanelTextHeight);
        Rows = Math.Max(1, height / PanelHeight);
        Columns = (faces + Rows - 1) / Rows;
        Height = Math.Max(height, Math.Min(faces, Rows) * PanelHeight);
        Width = width + (Columns * PanelWidth);
        PictureWidth = width;
    }

    /// <summary>Height of the text in pixels.</summary>
    public float TextSize { get; }

    /// <summary>Columns of the annotated picture.</summary>
    public int Width { get; }

    /// <summary>Rows of the annotated picture.</summary>
    public int Height { get; }

    /// <summary>Columns of one panel.</summary>
    public int PanelWidth { get; }

    private int PictureWidth { get; }

    private int PanelHeight { get; }

    private int Rows { get; }

    private int Columns { get; }

    /// <summary>The upper left corner of a face's panel.</summary>
    public (float X, float Y) Panel(int face) => (PictureWidth + (face / Rows * PanelWidth), face % Rows * PanelHeight);
}
