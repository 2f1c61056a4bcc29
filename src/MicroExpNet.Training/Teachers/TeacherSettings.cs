using System.Collections.Immutable;

namespace MicroExpNet.Training.Teachers;

/// <summary>How a teacher reads faces, where its own file does not say. What is null is taken from its metadata, as this library writes it.</summary>
public sealed record TeacherSettings
{
    /// <summary>Height and width of its input, where its file leaves them open.</summary>
    public (int Height, int Width)? InputSize { get; init; }

    /// <summary>A grey value 0 to 255 times this, plus <see cref="PixelOffset"/>, is what it reads; without any word of it, 1.</summary>
    public float? PixelScale { get; init; }

    /// <summary>Added after <see cref="PixelScale"/>; without any word of it, 0.</summary>
    public float? PixelOffset { get; init; }

    /// <summary>The names of its outputs, in their order.</summary>
    public ImmutableArray<string>? Labels { get; init; }

    /// <summary>Whether it also looks at each face's mirror image, and the mean of both logits is taken.</summary>
    public bool Mirror { get; init; }
}
