using System.Collections.Immutable;

namespace MicroExpNet.Models;

/// <summary>What a model says of itself beside its weights. It travels in the model file's <c>metadata_props</c>.</summary>
public sealed record ModelCard
{
    /// <summary>The grey value 0 to 255 times this, plus <see cref="PixelOffset"/>, is what the network reads. The original's is 1.</summary>
    public float PixelScale { get; init; } = 1;

    /// <summary>Added after <see cref="PixelScale"/>. The original's is 0.</summary>
    public float PixelOffset { get; init; }

    /// <summary>How a face becomes the model's input; absent: its box is resized straight to it.</summary>
    public FaceCrop? FaceCrop { get; init; }

    /// <summary>Whether a tilted face is turned upright by its eyes before it is cut out.</summary>
    public bool Upright { get; init; }

    /// <summary>
    /// Each class's share of the faces it was trained on, <c>[classes]</c>: the prior its probabilities have; empty where unknown.
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

    /// <summary>Entries of the file that this library has no meaning for; kept as they are.</summary>
    public ImmutableSortedDictionary<string, string> Other { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
