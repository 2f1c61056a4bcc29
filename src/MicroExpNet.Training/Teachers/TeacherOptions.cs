using System.Collections.Immutable;

namespace MicroExpNet.Training.Teachers;

/// <summary>How a teacher reads faces. What is null is taken from the metadata of its file, as this library writes it.</summary>
public sealed record TeacherOptions
{
    private readonly ArrayContent<string>? _labels;

    /// <summary>Height and width of its input, in pixels, for a file that leaves them open.</summary>
    public (int Height, int Width)? InputSize { get; init; }

    /// <summary>
    /// The teacher reads a grey value of 0 to 255 times this, plus <see cref="PixelOffset"/>; 1 where neither this nor its file says so.
    /// </summary>
    public float? PixelScale { get; init; }

    /// <summary>Added after <see cref="PixelScale"/> is applied; 0 where neither this nor its file says so.</summary>
    public float? PixelOffset { get; init; }

    /// <summary>The names of its outputs, in their order.</summary>
    public ImmutableArray<string>? Labels
    {
        get => _labels?.Values;
        init => _labels = value is { } labels ? new ArrayContent<string>(labels) : null;
    }

    /// <summary>Whether the logits are the mean of those of the face and of its mirror image.</summary>
    public bool Mirror { get; init; }

    /// <summary>The most operations that the teacher may do for one face, where its network is one that this library reads. Of another
    /// network, which only ONNX Runtime reads, operations are not counted.</summary>
    public long MaxOperations { get; init; } = 100_000_000_000;
}
