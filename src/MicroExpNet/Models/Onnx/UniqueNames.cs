namespace MicroExpNet.Models.Onnx;

/// <summary>Names of which no two are alike.</summary>
internal sealed class UniqueNames
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    // The next number to try after a name, so that many equal names take no time each to look for a free number.
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal);

    /// <summary>Takes a name, with a number after it if it is taken already.</summary>
    /// <param name="wanted">The name.</param>
    /// <returns>The name that was free.</returns>
    public string Unique(string wanted)
    {
        if (_taken.Add(wanted)) return wanted;
        for (int number = _next.GetValueOrDefault(wanted, 2); ; number++)
        {
            string name = $"{wanted}_{number}";
            if (!_taken.Add(name)) continue;
            _next[wanted] = number + 1;
            return name;
        }
    }
}
