using System.Globalization;

namespace MicroExpNet.Cli.Sweep;

/// <summary>One training of a sweep. Without a teacher λ is 0 and the temperature says nothing.</summary>
internal readonly record struct SweepPoint(string Architecture, int Squeeze, double Temperature, double Lambda, int Seed)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Architecture},{Squeeze},{Temperature},{Lambda},{Seed}");
}
