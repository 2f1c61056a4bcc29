namespace MicroExpNet.Training;

/// <summary>Finds infinities and values that are not numbers.</summary>
internal static class Finite
{
    /// <summary>Whether all values are finite numbers.</summary>
    /// <param name="values">The values.</param>
    public static bool All(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value)) return false;
        }

        return true;
    }
}
