using System.Collections.Immutable;

namespace MicroExpNet.Training.DataSets;

/// <summary>How a data set is read: what its labels mean, which part is wanted, and how much memory its files may take.</summary>
public sealed class DataSetOptions
{
    /// <summary>Nothing is named; the limits are the default ones.</summary>
    public static DataSetOptions Default { get; } = new();

    /// <summary>Which faces are used where there are crowd votes.</summary>
    public VoteRule Votes { get; init; } = VoteRule.Majority;

    /// <summary>
    /// What the labels mean. A name stands for the label of that name (or a synonym, for an expression) and for the number of its position,
    /// counted from 0, or from 1 if the data set's numbers do. <c>LABEL=NAME</c> names one label, e.g. <c>1=surprise</c> or
    /// <c>wütend=anger</c>. If all names are expressions, the classes are the eight expressions; otherwise they are the names, in this
    /// order.
    /// Empty: the labels must speak for themselves.
    /// </summary>
    public ImmutableArray<string> Classes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>
    /// Classes that are known from elsewhere, such as those of the model that is evaluated. They are used if every label is one of them by
    /// name, and <see cref="Classes"/> is empty.
    /// </summary>
    public ImmutableArray<string> ExpectedClasses { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Labels whose faces are left out.</summary>
    public ImmutableArray<string> IgnoredLabels { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Whether no face need have a label of <see cref="IgnoredLabels"/>: it may be another data set's.</summary>
    internal bool MayLackIgnored { get; init; }

    /// <summary>Whether labels are kept as they are written, for uses in which their meaning plays no part.</summary>
    public bool KeepsLabels { get; init; }

    /// <summary>The column of a table of labels that says which group a face belongs to; null for none.</summary>
    public string? GroupColumn { get; init; }

    /// <summary>The part that is read; null for all parts.</summary>
    public DataPart? Part { get; init; }

    /// <summary>Maximum size of one picture's file or of a list of labels, unpacked, in bytes.</summary>
    public int MaxFileBytes { get; init; } = 64 << 20;

    /// <summary>Maximum number of pixels of one picture. A picture that has more is skipped before it is decoded.</summary>
    public long MaxPicturePixels { get; init; } = 50_000_000;

    /// <summary>Maximum size of all faces in memory, in bytes (a byte for each pixel). The default is half of the memory available
    /// here.</summary>
    public long MaxBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
}
