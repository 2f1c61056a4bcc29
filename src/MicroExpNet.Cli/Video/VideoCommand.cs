using System.CommandLine;
using System.CommandLine.Parsing;
using System.Security.Cryptography;
using System.Text;
using MicroExpNet.Cli.Options;
using MicroExpNet.Models;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Video;

/// <summary>The arguments of <c>mexp video</c>.</summary>
internal static class VideoCommand
{
    private const string Examples = """
        Examples:
          mexp video interview.mp4
              who shows what, for how long
          mexp video interview.mp4 --output faces.csv
              and a row for each face of each frame, with its time
          mexp video interview.mp4 --events interview.vtt
              and the intervals in which expressions hold, as subtitles
          mexp video interview.mp4 --annotate drawn.mp4
              and a copy of the film with the results drawn on it
          mexp video interview.mp4 --report report
              and a page to look at: report/index.html
          mexp video lessons/ --every 0.5s --size 640 --output lessons.parquet --jobs 4
              all films of a folder, two frames a second, decoded smaller, four at once
          mexp video "frames/%05d.png" --rate 30 --chart chart.png
              numbered pictures, 30 a second, as a film

        A run that was killed or stopped goes on when the same command is given again.

        Films are decoded by FFmpeg, which must be installed: every format that it reads.

        Exit codes: 0 all films were read; 1 some could not be read (the others are done);
        2 the command itself is wrong; 130 stopped by Ctrl-C (what was done is written).

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams and the environment.</param>
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> paths = new("PATH")
        {
            Arity = ArgumentArity.OneOrMore,
            Description =
                "Films, folders with films (and their sub-folders), patterns with * and **, numbered pictures (frame%04d.png), or - for " +
                "standard input.",
        };
        ModelOptions model = new($"the environment variable {ModelSource.Variable}, else {ShippedModels.DefaultName}");
        Option<string> prior = new("--prior")
        {
            HelpName = "natural|root|uniform|FILE",
            Description =
                "How common each expression is assumed to be: as in the model's training, as the roots of those shares, all " +
                "equally, or as a file of lines 'class share' says. [default: natural]",
        };
        DetectionOptions detection = new();
        TrackingOptions tracking = new();
        FaceTableOptions table = new();
        Option<string> events = new("--events")
        {
            HelpName = "FILE",
            Description =
                "Write the intervals in which expressions hold to this file: .csv, subtitles of one film (.vtt, .srt), a document of " +
                "ELAN (.eaf) or a project of BORIS (.boris).",
        };
        Option<string> summary = new("--summary")
        {
            HelpName = "FILE",
            Description = "Write a summary of each face of each film to this file, as JSON.",
        };
        Option<string> chart = new("--chart")
        {
            HelpName = "FILE",
            Description = "Draw a film's expressions over time, a lane for each face, to this file: .png or .svg.",
        };
        Option<string> annotate = new("--annotate")
        {
            HelpName = "FILM",
            Description =
                $"Write a copy of the film with the results drawn on it and the sound as it was: " +
                $"{string.Join(' ', VideoWriter.FileExtensions)}.",
        };
        Option<string> report = new("--report")
        {
            HelpName = "FOLDER",
            Description = "Write a page for each film to this folder: the film beside the timeline of every face, for a browser.",
        };
        Option<bool> noFaces = new("--no-faces") { Description = "Leave the small pictures of faces out of the report." };
        EventThresholdOptions thresholds = new();
        Option<TimeSpan?> from = new("--from")
        {
            HelpName = "TIME",
            Description = "Start here: seconds, or m:ss, or h:mm:ss.",
            CustomParser = result => OptionValue.Time(result),
        };
        Option<TimeSpan?> to = new("--to")
        {
            HelpName = "TIME",
            Description = "End here.",
            CustomParser = result => OptionValue.Time(result),
        };
        Option<string> every = new("--every")
        {
            HelpName = "N|Ns",
            Description = "Read every N-th frame, or a frame each N seconds: 5, or 0.5s. [default: every frame]",
        };
        Option<int> size = new("--size")
        {
            HelpName = "N",
            Description = "Decode with a longer side of at most N pixels: faster, misses smaller faces.",
            CustomParser = OptionValue.Integer(16),
        };
        Option<int> stream = new("--stream")
        {
            HelpName = "N",
            Description = "Which of a film's video streams. [default: 0]",
            CustomParser = OptionValue.Integer(0),
        };
        Option<double> rate = OptionFactory.Number(
            "--rate", "N", "Numbered pictures a second; films have times of their own.", 0.001, 1000, 25);
        Option<int> jobs = new("--jobs", "-j")
        {
            HelpName = "N",
            Description = "Films worked on at once; the results are the same. [default: half the number of processor cores]",
            CustomParser = OptionValue.Integer(1),
        };
        Option<string> ffmpeg = FFmpegOption.Create();

        CommandWithExamples command = new("video", "Recognises the expressions of every face in films.", Examples) { paths };
        model.AddTo(command);
        command.Add(prior);
        table.AddTo(command);
        command.Add(events);
        thresholds.AddTo(command);
        foreach (Option option in new Option[] { summary, chart, report, noFaces, annotate, from, to, every, size, stream, rate })
        {
            command.Add(option);
        }

        detection.AddTo(command);
        tracking.AddTo(command);
        command.Add(jobs);
        command.Add(ffmpeg);
        command.Validators.Add(result =>
        {
            if (result.GetValue(noFaces) && result.GetResult(report) is null) result.AddError("--no-faces is for reports; give --report");
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            ClassPrior shares = PriorSource.Read(parsed.GetValue(prior) ?? ClassPrior.Natural.Name);
            (int frames, TimeSpan? time) = OptionValue.Every(parsed.GetValue(every));
            VideoFileOptions film = new()
            {
                FFmpegPath = parsed.GetValue(ffmpeg),
                From = parsed.GetValue(from) ?? TimeSpan.Zero,
                To = parsed.GetValue(to),
                EveryFrames = frames,
                EveryTime = time,
                MaxSide = parsed.GetResult(size) is null ? null : parsed.GetValue(size),
                PictureRate = parsed.GetValue(rate),
                Stream = parsed.GetResult(stream) is null ? 0 : parsed.GetValue(stream),
            };
            if (film.To <= film.From) throw new CommandException(ExitCode.WrongCommand, "--to must be later than --from");
            VideoRequest request = new()
            {
                Paths = parsed.GetValue(paths)!,
                Read = [.. model.Files(parsed, terminal), .. detection.Files(parsed), parsed.GetValue(prior)],
                Classifier = () => RecognizerSource.OfFilms(
                    RecognizerSource.LoadClassifier(
                        model.Name(parsed, terminal),
                        shares,
                        model.Inference(parsed),
                        (loaded, name) => model.Apply(parsed, loaded, name)),
                    model.Name(parsed, terminal)),
                Detector = () => detection.CreateCore(parsed),
                Tracking = tracking.Requested(parsed),
                Film = film,
                Table = table.Requested(parsed),
                Events = parsed.GetValue(events),
                Summary = parsed.GetValue(summary),
                Chart = parsed.GetValue(chart),
                Annotate = parsed.GetValue(annotate),
                Report = parsed.GetValue(report),
                ShowsFaces = !parsed.GetValue(noFaces),
                Jobs = parsed.GetResult(jobs) is null ? Math.Max(1, Environment.ProcessorCount / 2) : parsed.GetValue(jobs),
                Settings = Settings(parsed, [
                    model.Options, detection.Options, tracking.Options,
                    [prior, from, to, every, size, stream, rate, noFaces]], terminal)
                    + (parsed.GetResult(report) is null ? "" : $"\n{report.Name}"),
                EventOptions = thresholds.Requested(parsed),
            };
            return VideoRun.RunAsync(request, terminal, cancellationToken);
        });
        return command;
    }

    /// <summary>The files that an option's value names: one, two with a comma between them, or those of a TensorFlow checkpoint.</summary>
    /// <param name="value">The value.</param>
    internal static IEnumerable<string> NamedFiles(string value)
    {
        foreach (string name in File.Exists(value) ? [value] : value.Split(','))
        {
            if (File.Exists(name)) yield return name;
            if (name.Length == 0 || !ModelSource.IsCheckpoint(name)) continue;
            string full = Path.GetFullPath(name);
            bool isFolder = Directory.Exists(full);
            string start = isFolder ? "" : Path.GetFileNameWithoutExtension(full);
            foreach (string file in Directory.GetFiles(isFolder ? full : Path.GetDirectoryName(full)!).Order(StringComparer.Ordinal))
            {
                if (Path.GetFileName(file).StartsWith(start, StringComparison.Ordinal)) yield return file;
            }
        }
    }

    // The options as they were given, and the files that they name as they are now.
    private static string Settings(ParseResult parsed, IEnumerable<IReadOnlyList<Option>> options, Terminal terminal)
    {
        StringBuilder text = new();
        Append(terminal.EnvironmentVariable(ModelSource.Variable) ?? "");
        foreach (Option option in options.SelectMany(group => group))
        {
            if (parsed.GetResult(option) is not { Implicit: false } result) continue;
            text.Append('\n').Append(option.Name);
            foreach (Token token in result.Tokens) Append(token.Value);
        }

        return text.ToString();

        void Append(string value)
        {
            text.Append(' ').Append(value);
            foreach (string file in NamedFiles(value))
            {
                text.Append(' ').Append(Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));
            }
        }
    }
}
