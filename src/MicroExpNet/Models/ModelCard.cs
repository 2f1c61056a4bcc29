using System.Collections.Immutable;
using MicroExpNet.Architectures;

namespace MicroExpNet.Models;

/// <summary>
/// What a model says about itself: how pixels become its input, what it was trained on, its licence. It is stored in the model file's
/// <c>metadata_props</c>. Cards are equal if all their entries are.
/// </summary>
public sealed record ModelCard
{
    // Far above any scaling of pixels in use, far below what would make the first layer overflow.
    private const int MaxPixelValue = 1_000_000;

    /// <summary>The network reads each grey value, 0 to 255, times this plus <see cref="PixelOffset"/>. The original's is 1.</summary>
    public float PixelScale { get; init; } = 1;

    /// <summary>Added after <see cref="PixelScale"/>. The original's is 0.</summary>
    public float PixelOffset { get; init; }

    /// <summary>
    /// How the model reads pixels: <see cref="PixelFormat.Gray8"/> with one input channel, <see cref="PixelFormat.Rgb24"/> or
    /// <see cref="PixelFormat.Bgr24"/> with three.
    /// </summary>
    public PixelFormat InputFormat { get; init; }

    /// <summary>How a face is cropped for the model; null: its box is resized straight to the model's input.</summary>
    public FaceCrop? FaceCrop { get; init; }

    /// <summary>Whether a tilted face is rotated upright by its eyes before it is cropped.</summary>
    public bool Upright { get; init; }

    /// <summary>
    /// Whether a face larger than the model's input is resized with antialiasing: every pixel counts, and the answer changes less where the
    /// box does. Otherwise it is resized by OpenCV's bilinear interpolation, as in the original.
    /// </summary>
    public bool Antialias { get; init; }

    /// <summary>
    /// How far a crop is levelled before the model reads it, 0 (not at all, as in the original) to 1: the mean of its pixels is brought
    /// this part of the way to 128, their standard deviation to 58, those of well-lit faces. Contrast grows eightfold at most.
    /// </summary>
    public float Leveling { get; init; }

    /// <summary>
    /// Whether the model's answer is the mean of its outputs for the face and for its mirror image, which takes twice the time.
    /// </summary>
    public bool MirrorMean { get; init; }

    /// <summary>
    /// Each class's share of the training faces, <c>[classes]</c>, which is the prior of the model's probabilities; empty where unknown.
    /// </summary>
    public ImmutableArray<float> ClassFrequencies { get; init; } = [];

    /// <summary>What the model is, in a sentence.</summary>
    public string? Description { get; init; }

    /// <summary>What it was trained on.</summary>
    public string? TrainingData { get; init; }

    /// <summary>The weights' licence, e.g. <c>MIT</c>.</summary>
    public string? License { get; init; }

    /// <summary>Who made it and where it comes from.</summary>
    public string? Source { get; init; }

    /// <summary>Measured scores, in words.</summary>
    public string? Scores { get; init; }

    /// <summary>The file's other entries, kept as they are.</summary>
    public ImmutableSortedDictionary<string, string> Other { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Whether all entries of two cards are equal.</summary>
    /// <param name="other">The other card.</param>
    public bool Equals(ModelCard? other) =>
        other is not null && PixelScale == other.PixelScale && PixelOffset == other.PixelOffset && InputFormat == other.InputFormat &&
        FaceCrop == other.FaceCrop && Antialias == other.Antialias && Leveling == other.Leveling && MirrorMean == other.MirrorMean &&
        Upright == other.Upright && Description == other.Description && TrainingData == other.TrainingData && License == other.License &&
        Source == other.Source && Scores == other.Scores && Frequencies.SequenceEqual(other.Frequencies) &&
        Other.SequenceEqual(other.Other);

    /// <summary>A value that would make results meaningless; null where there is none.</summary>
    internal string? FindFault()
    {
        if (!(Math.Abs(PixelScale) <= MaxPixelValue))
        {
            return $"its pixel scale is {PixelScale}; expected a number from −{MaxPixelValue} to {MaxPixelValue}";
        }

        if (!(Math.Abs(PixelOffset) <= MaxPixelValue))
        {
            return $"its pixel offset is {PixelOffset}; expected a number from −{MaxPixelValue} to {MaxPixelValue}";
        }

        if (InputFormat is not (PixelFormat.Gray8 or PixelFormat.Rgb24 or PixelFormat.Bgr24))
        {
            return $"its input format is {InputFormat}; expected Gray8, Rgb24 or Bgr24";
        }

        if (FaceCrop is { IsValid: false }) return $"its face crop is {FaceCrop}; expected a window inside a face of 1 to 4096 pixels";
        if (!(Leveling is >= 0 and <= 1)) return $"its leveling is {Leveling}; expected 0 to 1";
        foreach (float frequency in Frequencies)
        {
            if (!(frequency is >= 0 and <= 1)) return $"a class has the frequency {frequency}; expected a share, 0 to 1";
        }

        return null;
    }

    /// <summary>What is wrong with the format of pixels for a network's input; null where they fit.</summary>
    internal string? FindFault(TensorShape input)
    {
        bool isGray = InputFormat == PixelFormat.Gray8;
        return input.Channels == (isGray ? 1 : 3) ? null
            : $"its card says {(isGray ? "grey" : "colour")}, its network reads {input.Channels} "
            + $"channel{(input.Channels == 1 ? "" : "s")}; expected one for grey, three for colour (--rgb, --bgr)";
    }

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(PixelScale, PixelOffset, FaceCrop, Leveling, Description, TrainingData, License, Source);

    private ReadOnlySpan<float> Frequencies => ClassFrequencies.IsDefault ? [] : ClassFrequencies.AsSpan();
}
