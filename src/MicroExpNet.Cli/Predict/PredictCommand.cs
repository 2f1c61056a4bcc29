using System.CommandLine;
using MicroExpNet.Cli.Options;
using MicroExpNet.Models;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Predict;

/// <summary>The arguments of <c>mexp predict</c>.</summary>
internal static class PredictCommand
{
    private const string Examples = """
        Examples:
          mexp predict photo.jpg
              the expression of each face in a photo
          mexp predict holiday/ --output faces.csv
              all pictures of a folder and its sub-folders, as a spreadsheet
          mexp predict "holiday/**/*.png" --annotate drawn
              the pictures that match, and a copy of each in drawn/ with the result on it
          mexp predict crop.png --faces whole --model checkpoints/CK
              a picture that is a face already, with a TensorFlow checkpoint
          curl -s https://example.org/photo.jpg | mexp predict - --format json
              a picture from another program

        Exit codes: 0 all read; 1 some pictures could not be read (the others are done);
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
                $"Pictures ({string.Join(' ', Photo.FileExtensions)}), folders (with their sub-folders), patterns with * and **, or - " +
                "for standard input.",
        };
        ModelOptions model = new($"the environment variable {ModelSource.Variable}, else {ShippedModels.DefaultName}");
        Option<string> prior = new("--prior")
        {
            HelpName = "natural|root|uniform|FILE",
            Description =
                "How common each expression is assumed to be: as in the model's training, as the roots of those shares, all " +
                "equally, or as a file of lines 'class share' says. [default: natural]",
        };
        ResultOptions results = new();
        Option<string> annotate = new("--annotate")
        {
            HelpName = "FOLDER",
            Description = "Also write a copy of each picture with boxes, expressions and probabilities drawn on it.",
        };
        FaceSelectionOptions selection = new("no result");
        Option<FaceBox?> box = new("--box")
        {
            HelpName = "x,y,w,h",
            Description = "Where the face is, in pixels from the upper left corner; none is looked for.",
            CustomParser = OptionValue.Box,
        };
        DetectionOptions detection = new();
        Option<long> maxPixels = new("--max-pixels")
        {
            HelpName = "N",
            Description = $"Refuse pictures with more pixels than this. [default: {PhotoLimits.Default.MaxPixels}]",
            CustomParser = OptionValue.LongInteger(1),
        };
        JobsOption jobs = new();

        CommandWithExamples command = new("predict", "Recognises the expression of each face in pictures.", Examples) { paths };
        model.AddTo(command);
        command.Add(prior);
        results.AddTo(command);
        foreach (Option option in (Option[])[annotate, .. selection.Options, box]) command.Add(option);
        detection.AddTo(command);
        command.Add(maxPixels);
        command.Add(jobs.Option);
        command.Validators.Add(result =>
        {
            Option? idle = result.GetResult(box) is null ? null
                : selection.Options.Concat(detection.Options).FirstOrDefault(option => result.GetResult(option) is { Implicit: false });
            if (idle is not null) result.AddError($"--box and {idle.Name} exclude each other");
            string[] given = result.GetValue(paths) ?? [];
            if (given.Length == 0) result.AddError("no picture: give a file, a folder, a pattern or - for standard input");
            if (given.Count(path => path == PictureInput.StandardInput) > 1)
            {
                result.AddError("- is given twice; standard input can be read only once");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            ClassPrior shares = PriorSource.Read(parsed.GetValue(prior) ?? ClassPrior.Natural.Name);
            string? output = results.Output(parsed);
            PredictRequest request = new()
            {
                Paths = parsed.GetValue(paths)!,
                Read = [.. model.Files(parsed, terminal), .. detection.Files(parsed), parsed.GetValue(prior)],
                Recognizer = () => RecognizerSource.LoadClassifier(
                    model.Name(parsed, terminal),
                    shares,
                    model.Inference(parsed),
                    (loaded, name) => model.Apply(parsed, loaded, name)),
                Format = results.Format(parsed, terminal),
                Csv = results.Csv(parsed),
                Output = output,
                Annotate = parsed.GetValue(annotate),
                Faces = selection.Selection(parsed),
                Box = parsed.GetValue(box),
                Detector = () => detection.Create(parsed, terminal),
                Limits = parsed.GetResult(maxPixels) is null ? PhotoLimits.Default : new PhotoLimits(parsed.GetValue(maxPixels)),
                Jobs = jobs.Count(parsed),
            };
            return PredictRun.RunAsync(request, terminal, cancellationToken);
        });
        return command;
    }
}
