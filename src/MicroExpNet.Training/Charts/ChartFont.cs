using ScottPlot;
using SkiaSharp;

namespace MicroExpNet.Training.Charts;

/// <summary>The font of all charts, an ASCII subset of DejaVu Sans Bold embedded in the library: a machine may have no fonts.</summary>
internal sealed class ChartFont : IFontResolver
{
    /// <summary>Its name in charts.</summary>
    public const string Name = "chart";

    private static readonly Lazy<bool> Registered = new(() =>
    {
        Fonts.FontResolvers.Insert(0, new ChartFont());
        return true;
    });

    private readonly SKTypeface _typeface;

    private ChartFont()
    {
        using Stream stream = typeof(ChartFont).Assembly.GetManifestResourceStream("chart.ttf")!;
        _typeface = SKTypeface.FromStream(stream);
    }

    /// <summary>An empty chart whose text is in this font.</summary>
    public static Plot NewPlot(string title)
    {
        _ = Registered.Value;
        Plot plot = new();
        plot.Font.Set(Name);
        plot.Title(title);
        return plot;
    }

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        fontName == Name ? _typeface : null;

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? _typeface : null;
}
