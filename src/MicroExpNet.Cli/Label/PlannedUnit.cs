using System.Globalization;

namespace MicroExpNet.Cli.Label;

/// <summary>A piece of the work whose result is one part.</summary>
/// <param name="Number">Its number in the plan, from 0.</param>
/// <param name="Digest">A digest over the model, the options and the input.</param>
/// <param name="Kind">What its pictures are read from.</param>
/// <param name="Source">The list, archive or film, a number of <see cref="UnitPlan.Sources"/>.</param>
/// <param name="Offset">Where in the list it starts, in bytes.</param>
/// <param name="Length">How many bytes of the list it has.</param>
/// <param name="Pictures">How many pictures and films; null where only reading the archive shows it.</param>
internal sealed record PlannedUnit(int Number, string Digest, UnitKind Kind, int Source, long Offset, long Length, long? Pictures)
{
    /// <summary>How the names of parts start.</summary>
    public const string PartPrefix = "part-";

    /// <summary>What the part's file and what belongs to it are called: <c>000012-1f0a…</c>.</summary>
    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"{Number:000000}-{Digest}");

    /// <summary>The file name of the part.</summary>
    /// <param name="format">How it is written.</param>
    public string PartName(LabelFormat format) => $"{PartPrefix}{Name}{UnitPlan.EndingOf(format)}";
}
