using System.CommandLine;
using System.Globalization;
using MicroExpNet.Cli.Detector;

namespace MicroExpNet.Cli.Options;

/// <summary>The options that say how faces are found.</summary>
internal sealed class DetectionOptions
{
    private static readonly FaceDetectorOptions Default = new();

    private readonly Option<string> _detector = new("--detector")
    {
        HelpName = "FILE[,FILE]",
        Description = DetectorSource.Description,
    };

    private readonly int _defaultMinFace;
    private readonly Option<int> _minFace;
    private readonly Option<double> _minScore;

    /// <summary>Describes the options.</summary>
    /// <param name="minFace">The smallest face looked for by default, in pixels a side; null for the detector's own default.</param>
    /// <param name="minScore">What is said of the lowest score by default, where it is not the detector's own.</param>
    public DetectionOptions(int? minFace = null, string? minScore = null)
    {
        _defaultMinFace = minFace ?? Default.MinFace;
        _minFace = new Option<int>("--min-face")
        {
            HelpName = "N",
            Description = $"The smallest face looked for, in pixels a side: larger is faster. [default: {_defaultMinFace}]",
            CustomParser = OptionValue.Integer(FaceDetector.SmallestFace),
        };
        minScore ??= Default.MinScore.ToString(CultureInfo.InvariantCulture);
        _minScore = new Option<double>("--min-score")
        {
            HelpName = "S",
            Description = "How sure the detector must be of a face, 0.01 to 0.99: lower finds more faces, and more that are none. " +
                $"[default: {minScore}]",
            CustomParser = OptionValue.Between(0.01, 0.99),
        };
    }

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> Options => [_detector, _minFace, _minScore];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in Options) command.Add(option);
    }

    /// <summary>The first of these options that was given, or null.</summary>
    public string? Given(ParseResult parsed) =>
        Options.FirstOrDefault(option => parsed.GetResult(option) is not null)?.Name;

    /// <summary>The files of the detector that was named.</summary>
    public IEnumerable<string?> Files(ParseResult parsed) => DetectorSource.Files(parsed.GetValue(_detector));

    /// <summary>Makes the detector that was asked for.</summary>
    /// <param name="parsed">The command's arguments.</param>
    /// <param name="terminal">Makes it.</param>
    /// <param name="minScore">The lowest score of a face where none is asked for; the detector's own default if absent.</param>
    /// <exception cref="CommandException">Its file cannot be read, or is no detector.</exception>
    public IFaceDetector Create(ParseResult parsed, Terminal terminal, float? minScore = null) =>
        terminal.CreateDetector(parsed.GetValue(_detector), Requested(parsed, minScore ?? Default.MinScore));

    /// <summary>Makes the detector of grey images that was asked for.</summary>
    /// <param name="parsed">The command's arguments.</param>
    /// <exception cref="CommandException">Its file cannot be read, or is no detector.</exception>
    public FaceDetector CreateCore(ParseResult parsed) =>
        DetectorSource.Load(parsed.GetValue(_detector), Requested(parsed, Default.MinScore));

    private FaceDetectorOptions Requested(ParseResult parsed, float minScore) => Default with
    {
        MinFace = parsed.GetResult(_minFace) is null ? _defaultMinFace : parsed.GetValue(_minFace),
        MinScore = parsed.GetResult(_minScore) is null ? minScore : (float)parsed.GetValue(_minScore),
    };
}
