using System.Globalization;
using SkiaSharp;

namespace MicroExpNet.Vision;

/// <summary>Colours and font of annotated photos.</summary>
internal static class AnnotationStyle
{
    public static SKColor Background { get; } = new(0x16, 0x1a, 0x20);

    public static SKColor Text { get; } = new(0xf2, 0xf4, 0xf7);

    public static SKColor DarkText { get; } = new(0x10, 0x12, 0x16);

    public static SKColor Track { get; } = new(0x2b, 0x31, 0x3a);

    // Embedded: a machine may have no font at all.
    private static SKTypeface Typeface { get; } = LoadTypeface();

    /// <summary>A font of a height in pixels.</summary>
    public static SKFont Font(float size) => new(Typeface, size) { Subpixel = true, Edging = SKFontEdging.Antialias };

    /// <summary>A text with a question mark for each letter that the font lacks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="font">The font.</param>
    public static string Drawable(string text, SKFont font) => font.ContainsGlyphs(text)
        ? text
        : string.Concat(text.EnumerateRunes().Select(rune => font.ContainsGlyphs(rune.ToString()) ? rune.ToString() : "?"));

    /// <summary>A face with its expressions as classes.</summary>
    /// <param name="face">The face.</param>
    public static ClassifiedFace WithNames(RecognizedFace face)
    {
        Span<float> probabilities = stackalloc float[ExpressionScores.Count];
        face.Scores.CopyTo(probabilities);
        return new ClassifiedFace(face.Face, new ClassScores(ExpressionScores.Names, probabilities));
    }

    /// <summary>The colour of an expression; the colours differ in brightness too.</summary>
    public static SKColor ColorOf(Expression expression) => expression switch
    {
        Expression.Neutral => new SKColor(0xb6, 0xc0, 0xcc),
        Expression.Anger => new SKColor(0xf0, 0x6a, 0x4a),
        Expression.Contempt => new SKColor(0xd0, 0x8a, 0xc4),
        Expression.Disgust => new SKColor(0x9c, 0xc2, 0x4c),
        Expression.Fear => new SKColor(0xa9, 0x8b, 0xf0),
        Expression.Happy => new SKColor(0xff, 0xc9, 0x3c),
        Expression.Sadness => new SKColor(0x62, 0xa8, 0xf5),
        _ => new SKColor(0x3f, 0xd0, 0xbc),
    };

    /// <summary>E.g. <c>52.6%</c>.</summary>
    public static string Percent(float probability) => string.Create(CultureInfo.InvariantCulture, $"{probability * 100:0.0}%");

    private static SKTypeface LoadTypeface()
    {
        using Stream font = typeof(AnnotationStyle).Assembly.GetManifestResourceStream("annotation.ttf")
            ?? throw new InvalidOperationException("the annotation font is not embedded");
        using SKData data = SKData.Create(font);
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException("the annotation font cannot be read");
    }
}
