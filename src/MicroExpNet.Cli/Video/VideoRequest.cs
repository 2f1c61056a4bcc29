using MicroExpNet.Files;
using MicroExpNet.Video;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Video;

/// <summary>What <c>mexp video</c> was asked for.</summary>
internal sealed record VideoRequest
{
    /// <summary>Files, folders, patterns, <c>-</c>.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>What is read besides the films: files of the model, the detector and the prior.</summary>
    public required IReadOnlyList<string?> Read { get; init; }

    /// <summary>Makes the classifier.</summary>
    public required Func<FaceClassifier> Classifier { get; init; }

    /// <summary>Makes the detector.</summary>
    public required Func<FaceDetector> Detector { get; init; }

    /// <summary>How faces are followed.</summary>
    public required VideoOptions Tracking { get; init; }

    /// <summary>Which part of each film.</summary>
    public required VideoFileOptions Film { get; init; }

    /// <summary>The table of faces.</summary>
    public required FaceTable Table { get; init; }

    /// <summary>The file of events; null for none.</summary>
    public string? Events { get; init; }

    /// <summary>The file of summaries; null for none.</summary>
    public string? Summary { get; init; }

    /// <summary>The file of the chart; null for none.</summary>
    public string? Chart { get; init; }

    /// <summary>The annotated copy of the film; null for none.</summary>
    public string? Annotate { get; init; }

    /// <summary>The folder of the reports; null for none.</summary>
    public string? Report { get; init; }

    /// <summary>Whether reports show small pictures of the faces.</summary>
    public bool ShowsFaces { get; init; }

    /// <summary>Films at once.</summary>
    public required int Jobs { get; init; }

    /// <summary>All that decides the results, but for the films: results of other settings are not gone on with.</summary>
    public required string Settings { get; init; }

    /// <summary>The first output that is an ordinary file or folder; null for none: a device has no place beside it.</summary>
    public string? FirstFile => new[] { Table.Output, Events, Summary, Chart, Annotate, Report }
        .FirstOrDefault(path => path is not null && (!File.Exists(path) || OrdinaryFile.Is(path)));

    /// <summary>When an expression counts as an event.</summary>
    public required EventOptions EventOptions { get; init; }
}
