using MicroExpNet.Models;
using SkiaSharp;

namespace MicroExpNet.Vision;

/// <summary>
/// A colour for each class of a model: an expression has its own, whatever its position; the other classes differ from it.
/// </summary>
internal static class AnnotationPalette
{
    // Degrees between the hues of neighbouring classes beyond the eight colours: the golden angle, which comes near no earlier hue soon.
    private const double HueStep = 137.508;
    private const float Saturation = 62, Lightness = 66;

    /// <summary>The colours.</summary>
    /// <param name="labels">The classes' names.</param>
    /// <returns>A colour for each, in their order.</returns>
    public static SKColor[] Of(IReadOnlyList<string> labels)
    {
        SKColor?[] colors = [.. labels.Select(OwnColor)];
        HashSet<SKColor> taken = [.. colors.OfType<SKColor>()];
        Queue<SKColor> free = new(Enum.GetValues<Expression>().Select(AnnotationStyle.ColorOf).Where(color => !taken.Contains(color)));
        int beyond = 0;
        return [.. colors.Select(color => color ?? (free.TryDequeue(out SKColor next) ? next : Beyond(beyond++)))];
    }

    private static SKColor? OwnColor(string label) =>
        ExpressionLabels.TryParse(label, out Expression known) ? AnnotationStyle.ColorOf(known) : null;

    private static SKColor Beyond(int index) => SKColor.FromHsl((float)(index * HueStep % 360), Saturation, Lightness);
}
