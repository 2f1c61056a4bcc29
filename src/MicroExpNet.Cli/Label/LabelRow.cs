using System.Collections.Immutable;
using MicroExpNet.Cli.Tables;

namespace MicroExpNet.Cli.Label;

/// <summary>A row of a part: a face; or a picture or film without faces; or one that could not be read.</summary>
internal sealed record LabelRow
{
    /// <summary>The version of the columns, which a part's metadata names.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The columns before the classes.</summary>
    public static ImmutableArray<string> FirstColumns { get; } =
        ["file", "frame", "time", "track", "width", "height", "face", .. CsvRow.FaceColumns, "expression", "probability"];

    /// <summary>The column after the classes.</summary>
    public const string ErrorColumn = "error";

    /// <summary>The columns of the classes: their names, but for those that another column has.</summary>
    /// <param name="labels">The model's classes.</param>
    public static string[] ClassColumnsOf(IReadOnlyCollection<string> labels) =>
        ClassColumns.NamesOf(labels, [.. FirstColumns, ErrorColumn]);

    /// <summary>All columns of tables, in order.</summary>
    /// <param name="labels">The model's classes.</param>
    public static string[] ColumnsOf(IReadOnlyCollection<string> labels) => [.. FirstColumns, .. ClassColumnsOf(labels), ErrorColumn];

    /// <summary>The picture or film, as its source names it.</summary>
    public required string File { get; init; }

    /// <summary>A film's frame, from 0.</summary>
    public long? Frame { get; init; }

    /// <summary>The frame's time in seconds.</summary>
    public double? Time { get; init; }

    /// <summary>The person's number in the film.</summary>
    public int? Track { get; init; }

    /// <summary>Columns of the picture, or of the film's frames.</summary>
    public int? Width { get; init; }

    /// <summary>Rows of the picture, or of the film's frames.</summary>
    public int? Height { get; init; }

    /// <summary>The face's number in its picture or frame, from 1, the largest first; null where there is none.</summary>
    public int? Number { get; init; }

    /// <summary>Where the face is; null where there is none, or the whole picture is one.</summary>
    public DetectedFace? Face { get; init; }

    /// <summary>The most probable class; null without a face.</summary>
    public string? Expression { get; init; }

    /// <summary>Its probability.</summary>
    public float? Probability { get; init; }

    /// <summary>The probability of each class; empty without a face.</summary>
    public ReadOnlyMemory<float> Probabilities { get; init; }

    /// <summary>Why the picture could not be read, in one line.</summary>
    public string? Error { get; init; }
}
