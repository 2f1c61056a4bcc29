namespace MicroExpNet.Cli.Label;

/// <summary>What the tries of a unit that ended without an end show.</summary>
internal sealed class UnitTries
{
    /// <summary>The tries in which a picture must have been in work, at the end, to be taken as their cause.</summary>
    private const int MinEnds = 2;

    /// <summary>A unit is given up after so many tries, and as many more as its pictures explain.</summary>
    private const int MaxTries = 3;

    private readonly Dictionary<int, int> _ends = [];

    /// <summary>How many there were.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the unit is not to be tried again: its processes end, and no picture explains it.</summary>
    public bool IsHopeless => Count >= MaxTries + (MinEnds * _ends.Values.Count(ends => ends >= MinEnds));

    /// <summary>Whether a picture was in work when a try ended: it is tried alone.</summary>
    /// <param name="picture">Its number in the unit.</param>
    public bool IsSuspect(int picture) => _ends.ContainsKey(picture);

    /// <summary>In how many tries a picture was in work when the process ended.</summary>
    /// <param name="picture">Its number in the unit.</param>
    public int EndsOf(int picture) => _ends.GetValueOrDefault(picture);

    /// <summary>Whether a picture ends processes: it gets an error row and is not tried again.</summary>
    /// <param name="picture">Its number in the unit.</param>
    public bool IsPoison(int picture) => EndsOf(picture) >= MinEnds;

    /// <summary>Adds a try.</summary>
    /// <param name="inWork">The pictures that were in work when it ended.</param>
    public void Add(IEnumerable<int> inWork)
    {
        Count++;
        foreach (int picture in inWork) _ends[picture] = EndsOf(picture) + 1;
    }
}
