using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MicroExpNet.Cli.Options;
using MicroExpNet.Models;
using MicroExpNet.Video;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Label;

/// <summary>The arguments of <c>mexp label</c>.</summary>
internal static class LabelCommand
{
    private const int UnitLines = 10_000;
    private const double MaxSeconds = 60;
    private const double LeaseSeconds = 60;

    private const string Examples = """
        Examples:
          mexp label photos/ -o labels
              all pictures, archives and films below a folder, as labels/part-*.parquet
          mexp label manifest.txt -o labels
              the pictures of a list, a path or URL a line, in units of 10,000
          mexp label shards/*.tar -o labels --shard 3/10
              the third of ten workers; each archive is a unit
          mexp label manifest.txt -o labels --plan && sbatch samples/slurm/label.sbatch
              the plan alone, then a Slurm array, whose tasks find their shard in the environment
          mexp label --status labels
              units done, rows, faces, errors, units a minute, time left
          mexp label --verify labels
              reads every part, and compares it with the plan
          mexp label --merge labels -o labels.parquet
              one table, and labels.summary.json

        The same command goes on where a run was stopped or killed: parts that are there are passed over.

        Exit codes: 0 all units of this worker are done (pictures that could not be read are rows
        with an error); 1 units were given up, or parts are broken; 2 the command itself is wrong;
        75 stopped by a termination signal, to be started again; 130 stopped by Ctrl-C.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams and the environment.</param>
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> sources = new("SOURCE")
        {
            Arity = ArgumentArity.OneOrMore,
            Description =
                "Folders, lists of paths and URLs (.txt, .csv, .parquet), archives (.zip, .tar, .tar.gz), pictures, films, patterns " +
                "with * and **, or s3://bucket/prefix; with --status, --verify, --merge and --prune, the output.",
        };
        Option<string> output = new("--output", "-o")
        {
            HelpName = "OUT",
            Description = "The folder of the parts, or s3://bucket/prefix; with --merge, the table to write.",
        };
        Option<LabelFormat> format = OptionFactory.Choice(
            "--format", "How parts are written.", LabelFormat.Parquet, ("parquet", LabelFormat.Parquet), ("csv", LabelFormat.Csv),
            ("ndjson", LabelFormat.NdJson));
        ModelOptions model = new($"the environment variable {ModelSource.Variable}, else {ShippedModels.DefaultName}");
        Option<string> prior = new("--prior")
        {
            HelpName = "natural|root|uniform|FILE",
            Description = "How common each expression is assumed to be, as in 'mexp predict'. [default: natural]",
        };
        FaceSelectionOptions selection = new("a row without one");
        DetectionOptions detection = new();
        Option<string> every = new("--every")
        {
            HelpName = "N|Ns",
            Description = "Read every N-th frame of a film, or a frame each N seconds: 5, or 0.5s. [default: every frame]",
        };
        Option<int> unit = OptionFactory.Integer("--unit", "N", "Pictures of a unit, but for archives and films.", 1, UnitLines);
        Option<Shard?> shard = new("--shard")
        {
            HelpName = "I/N",
            Description =
                "The share of this worker, 1/N to N/N. [default: that of Slurm's array, Kubernetes's Indexed Job, AWS Batch or Cloud " +
                "Run; else all]",
            CustomParser = ParseShard,
        };
        Option<string> column = new("--column")
        {
            HelpName = "NAME",
            Description = "The column of a .csv or .parquet list that holds paths or URLs. [default: the first called path, url, …]",
        };
        Option<string> root = new("--root")
        {
            HelpName = "FOLDER",
            Description = "What the relative paths of lists are relative to. [default: the list's own folder]",
        };
        Option<long> maxPixels = new("--max-pixels")
        {
            HelpName = "N",
            Description = $"Pictures with more pixels are errors. [default: {PictureLabeler.MaxPixels}]",
            CustomParser = OptionValue.LongInteger(1),
        };
        Option<double> maxTime = OptionFactory.Number(
            "--max-time", "SECONDS", "Pictures that take longer are errors.", 0.001, 86400, MaxSeconds);
        JobsOption jobs = new();
        Option<string> queue = new("--queue")
        {
            HelpName = "nats://HOST",
            Description = "Take units from a work queue of NATS JetStream in place of shards; the first worker fills it.",
        };
        Option<double> lease = OptionFactory.Number(
            "--lease", "SECONDS", "A worker of the queue that is silent for so long is taken for dead.", 1, 86400, LeaseSeconds);
        Option<bool> plan = new("--plan") { Description = "Only make the plan, anew: what arrays of workers then share." };
        Option<bool> status = new("--status") { Description = "Count what is done, and estimate the time left." };
        Option<bool> json = new("--json") { Description = "Write the status as JSON." };
        Option<bool> verify = new("--verify") { Description = "Check every part's rows and digest." };
        Option<bool> merge = new("--merge") { Description = "Make one table of the parts, and a summary beside it." };
        Option<bool> prune = new("--prune") { Description = "Remove parts of other models, options or pictures than the last run's." };
        Option<bool>[] modes = [plan, status, verify, merge, prune];

        CommandWithExamples command = new(
            "label", "Labels collections of any size: on all cores, or shared by the workers of a cluster.", Examples) { sources };
        command.Add(output);
        command.Add(format);
        model.AddTo(command);
        command.Add(prior);
        foreach (Option option in selection.Options) command.Add(option);
        detection.AddTo(command);
        foreach (Option option in new Option[]
        {
            every, unit, shard, queue, lease, column, root, maxPixels, maxTime, jobs.Option, plan, status, json, verify, merge, prune,
        })
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            Option<bool>[] given = [.. modes.Where(mode => result.GetValue(mode))];
            if (result.GetValue(json) && !result.GetValue(status)) result.AddError("--json is for --status");
            if (result.GetValue(sources)?.Contains("") == true) result.AddError("expected a source; got an empty text");
            if (given.Length > 1) result.AddError($"{given[0].Name} and {given[1].Name} exclude each other");
            bool looks = result.GetValue(status) || result.GetValue(verify) || result.GetValue(prune), merges = result.GetValue(merge);
            if ((looks || merges) && result.GetValue(sources) is not [_]) result.AddError($"{given[0].Name} takes one output");
            if (!looks && result.GetValue(output) is null)
            {
                result.AddError(merges ? "--merge needs --output FILE" : "label needs --output OUT");
            }
            if (looks && result.GetResult(output) is not null)
            {
                result.AddError($"{given[0].Name} takes the output as its argument: no --output");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            string[] paths = parsed.GetValue(sources)!;
            if (parsed.GetValue(status)) return Task.FromResult(LabelStatus.Count(paths[0], parsed.GetValue(json), terminal));
            if (parsed.GetValue(verify)) return Task.FromResult(LabelStatus.Verify(paths[0], terminal, cancellationToken));
            if (parsed.GetValue(prune)) return Task.FromResult(LabelStatus.Prune(paths[0], terminal));
            if (parsed.GetValue(merge))
            {
                return Task.FromResult(LabelMerge.Run(paths[0], parsed.GetValue(output)!, terminal, cancellationToken));
            }

            ClassPrior shares = PriorSource.Read(parsed.GetValue(prior) ?? ClassPrior.Natural.Name);
            string? name = model.Name(parsed, terminal);
            FaceSelection faces = selection.Selection(parsed);
            (int frames, TimeSpan? time) = OptionValue.Every(parsed.GetValue(every));
            LabelRequest request = new()
            {
                Sources = paths,
                Output = parsed.GetValue(output)!,
                ModelName = name ?? ShippedModels.DefaultName,
                Classifier = () => RecognizerSource.LoadClassifier(
                    name, shares, model.Inference(parsed), (loaded, file) => model.Apply(parsed, loaded, file)),
                Detector = () => faces == FaceSelection.Whole ? null : detection.Create(parsed, terminal),
                FilmDetector = () => detection.CreateCore(parsed),
                Faces = faces,
                Limits = new PhotoLimits(parsed.GetResult(maxPixels) is null ? PictureLabeler.MaxPixels : parsed.GetValue(maxPixels)),
                MaxTime = TimeSpan.FromSeconds(parsed.GetValue(maxTime)),
                Film = new VideoFileOptions { EveryFrames = frames, EveryTime = time },
                Format = parsed.GetValue(format),
                UnitLines = parsed.GetValue(unit),
                Column = parsed.GetValue(column),
                Root = parsed.GetValue(root),
                Shard = parsed.GetResult(queue) is not null ? Shard.Whole : parsed.GetValue(shard)
                    ?? Shard.FromEnvironment(terminal.EnvironmentVariable),
                Jobs = jobs.Count(parsed),
                Options = Describe(parsed, [.. detection.Options, .. selection.Options, every, maxPixels]),
                OnlyPlans = parsed.GetValue(plan),
                Queue = parsed.GetValue(queue),
                Lease = TimeSpan.FromSeconds(parsed.GetValue(lease)),
            };
            return LabelRun.RunAsync(request, terminal, cancellationToken);
        });
        return command;
    }

    private static Shard? ParseShard(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (Shard.TryParse(text, out Shard shard)) return shard;
        result.AddError($"--shard {text}: expected a share, 1/10 to 10/10 for ten workers");
        return null;
    }

    // The options that decide the rows, as they were given, and the files that they name as they are now.
    private static string Describe(ParseResult parsed, IEnumerable<Option> options)
    {
        StringBuilder text = new();
        foreach (Option option in options)
        {
            if (parsed.GetResult(option) is not { Implicit: false } result) continue;
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 0 ? " " : "")}{option.Name}");
            foreach (Token token in result.Tokens)
            {
                text.Append(' ').Append(File.Exists(token.Value)
                    ? $"sha256:{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(token.Value)))}"
                    : token.Value);
            }
        }

        return text.ToString();
    }
}
