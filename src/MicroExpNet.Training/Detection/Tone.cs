namespace MicroExpNet.Training.Detection;

/// <summary>How a picture's grey values change where it is drawn on a scene.</summary>
/// <param name="Gain">Contrast about middle grey.</param>
/// <param name="Bias">What is then added.</param>
internal readonly record struct Tone(float Gain, float Bias)
{
    private const float DarkestShade = 0.15f;
    private const float BrightestShade = 2;

    /// <summary>Exponent of the grey values, applied first: above 1 darkens, below 1 brightens; 1 leaves them.</summary>
    public float Gamma { get; init; } = 1;

    /// <summary>Column of the scene where the shade is 1.</summary>
    public float X { get; init; }

    /// <summary>Row of the scene where the shade is 1.</summary>
    public float Y { get; init; }

    /// <summary>How much brighter each column to the right is, as a share.</summary>
    public float ShadeX { get; init; }

    /// <summary>How much brighter each row further down is, as a share.</summary>
    public float ShadeY { get; init; }

    /// <summary>Brightness in the cast shadow, as a share; 1 for no shadow.</summary>
    public float Shadow { get; init; } = 1;

    /// <summary>Columns to the shadow for one column, in widths of its soft edge.</summary>
    public float ShadowX { get; init; }

    /// <summary>Rows to the shadow for one row, in widths of its soft edge.</summary>
    public float ShadowY { get; init; }

    /// <summary>Whether the light differs from place to place.</summary>
    public bool IsShaded => ShadeX != 0 || ShadeY != 0 || Shadow != 1;

    /// <summary>The new value of each grey value, and one more so that values between can be interpolated.</summary>
    public void Fill(Span<float> values)
    {
        float addend = (127.5f * (1 - Gain)) + Bias;
        for (int i = 0; i < values.Length; i++)
        {
            float value = Gamma == 1 ? i : 255 * MathF.Pow(i / 255f, Gamma);
            values[i] = (value * Gain) + addend;
        }
    }

    /// <summary>The light at a place of the scene, as a share.</summary>
    public float Shade(float x, float y)
    {
        float shade = Math.Clamp(1 + (ShadeX * (x - X)) + (ShadeY * (y - Y)), DarkestShade, BrightestShade);
        return Shadow == 1 ? shade : shade * (1 + ((Shadow - 1) * Math.Clamp((ShadowX * (x - X)) + (ShadowY * (y - Y)) + 0.5f, 0, 1)));
    }
}
