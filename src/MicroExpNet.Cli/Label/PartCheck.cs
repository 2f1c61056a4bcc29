using System.Globalization;
using System.Text.Json;

namespace MicroExpNet.Cli.Label;

/// <summary>Compares a part with the plan, and with what it says of itself.</summary>
internal static class PartCheck
{
    /// <summary>What is wrong with a part; null where nothing is.</summary>
    /// <param name="part">The part, seekable.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="unit">The part's unit.</param>
    /// <param name="read">The rows that were read of it, all of them.</param>
    /// <exception cref="FormatException">Its metadata cannot be read.</exception>
    public static string? Problem(Stream part, UnitPlan plan, PlannedUnit unit, PartFacts read)
    {
        if (unit.Pictures is { } pictures && read.Pictures != pictures)
        {
            return string.Create(CultureInfo.InvariantCulture, $"rows of {read.Pictures:N0} pictures; expected {pictures:N0}");
        }

        if (plan.Format != LabelFormat.Parquet) return null;
        part.Seek(0, SeekOrigin.Begin);
        using JsonDocument metadata = JsonDocument.Parse(ParquetLabelReader.ReadMetadata(part));
        JsonElement said = metadata.RootElement;
        using PartFacts counts = PartFacts.Of(said);
        if (said.GetProperty("schema").GetInt32() != LabelRow.SchemaVersion) return "its columns are of another version";
        if (said.GetProperty("digest").GetString() != unit.Digest) return "it is the part of another unit";
        if (counts.Rows != read.Rows || counts.Pictures != read.Pictures) return "it has fewer or more rows than were written";
        return said.GetProperty("rows_sha256").GetString() == read.Digest ? null : "its rows are not those that were written";
    }
}
