using System.CommandLine;
using System.Globalization;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Predict;

/// <summary>The arguments of <c>mexp predict</c>.</summary>
internal static class PredictCommand
{
    private const string Examples = """
        Examples:
          mexp predict photo.jpg
              the expression of each face in a photo
          mexp predict holiday/ --format csv --output faces.csv
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
            Description = "Pictures (.jpg .jpeg .png .webp .gif .bmp), folders (with their sub-folders), patterns with * and **, or - for standard input.",
        };
        Option<string> model = Text("--model", "FILE", $"The model: an ONNX file, or a TensorFlow checkpoint (its folder, prefix or .index file). Without it, the environment variable {ModelSource.Variable}, or the built-in microexpnet-2.");
        Option<string> prior = Text("--prior", "natural|uniform|FILE", "How common expressions are taken to be: as in the model's training, all alike, or as a file of lines 'class share' says. [default: natural]");
        Option<ResultFormat> format = new("--format")
        {
            HelpName = "table|json|ndjson|csv",
            Description = "How results are written: columns to read, one JSON array, a JSON object a line, or CSV with a row a face. [default: table]",
            CustomParser = OptionValue.OneOf(("table", ResultFormat.Table), ("json", ResultFormat.Json), ("ndjson", ResultFormat.NdJson), ("csv", ResultFormat.Csv)),
        };
        Option<string> output = Text("--output", "FILE", "Write the results to this file; it appears, or is replaced, when the run ends. [default: standard output]", "-o");
        Option<string> annotate = Text("--annotate", "FOLDER", "Also write a copy of each picture with boxes, expressions and probabilities drawn on it.");
        Option<FaceSelection> faces = new("--faces")
        {
            HelpName = "all|largest|whole",
            Description = "Which faces: all that are found, the largest only, or the whole picture taken as one face. [default: all]",
            CustomParser = OptionValue.OneOf(("all", FaceSelection.All), ("largest", FaceSelection.Largest), ("whole", FaceSelection.Whole)),
        };
        Option<FaceBox?> box = new("--box") { HelpName = "x,y,w,h", Description = "The face's place, in pixels from the upper left corner; no face is looked for.", CustomParser = OptionValue.Box };
        Option<string> detector = Text("--detector", "FILE", "The face detector, an ONNX file that 'mexp train-detector' wrote. [default: the built-in one]");
        Option<int> minFace = new("--min-face") { HelpName = "N", Description = $"The smallest face looked for, in pixels a side: larger is faster. [default: {new FaceDetectorOptions().MinFace}]", CustomParser = OptionValue.Integer(FaceDetector.SmallestFace) };
        Option<double> minScore = new("--min-score") { HelpName = "S", Description = string.Create(CultureInfo.InvariantCulture, $"How sure the detector must be, 0.01 to 0.99: lower finds more faces, and more that are none. [default: {new FaceDetectorOptions().MinScore}]"), CustomParser = OptionValue.Between(0.01, 0.99) };
        Option<long> maxPixels = new("--max-pixels")
        {
            HelpName = "N",
            Description = $"Refuse pictures with more pixels than this. [default: {PhotoLimits.Default.MaxPixels}]",
            CustomParser = OptionValue.LongInteger(1),
        };
        Option<int> jobs = new("--jobs") { Aliases = { "-j" }, HelpName = "N", Description = "Pictures worked on at once. [default: the number of processor cores]", CustomParser = OptionValue.Integer(1) };

        CommandWithExamples command = new("predict", "Tells the expression of each face in pictures.", Examples)
        {
            paths, model, prior, format, output, annotate, faces, box, detector, minFace, minScore, maxPixels, jobs,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(box) is not null && result.GetResult(faces) is not null) result.AddError("--box and --faces exclude each other");
            string[] given = result.GetValue(paths) ?? [];
            if (given.Length == 0) result.AddError("no picture: give a file, a folder, a pattern or - for standard input");
            if (given.Count(path => path == PictureInput.StandardInput) > 1) result.AddError("- is given twice; standard input can be read only once");
        });
        command.SetAction((parsed, cancellation) =>
        {
            FaceDetectorOptions detection = new();
            PredictSettings settings = new()
            {
                Paths = parsed.GetValue(paths)!,
                Model = parsed.GetValue(model) ?? (terminal.EnvironmentVariable(ModelSource.Variable) is { Length: > 0 } named ? named : null),
                Prior = PriorSource.Read(parsed.GetValue(prior) ?? "natural"),
                Format = parsed.GetValue(format),
                Output = parsed.GetValue(output) is string file and not "-" ? file : null,
                Annotate = parsed.GetValue(annotate),
                Faces = parsed.GetValue(faces),
                Box = parsed.GetValue(box),
                Detector = parsed.GetValue(detector),
                Detection = detection with
                {
                    MinFace = parsed.GetResult(minFace) is null ? detection.MinFace : parsed.GetValue(minFace),
                    MinScore = parsed.GetResult(minScore) is null ? detection.MinScore : (float)parsed.GetValue(minScore),
                },
                Limits = parsed.GetResult(maxPixels) is null ? PhotoLimits.Default : new PhotoLimits(parsed.GetValue(maxPixels)),
                Jobs = parsed.GetResult(jobs) is null ? Environment.ProcessorCount : parsed.GetValue(jobs),
            };
            return Prediction.RunAsync(settings, terminal, cancellation);
        });
        return command;
    }

    private static Option<string> Text(string name, string value, string description, params string[] aliases) =>
        new(name, aliases) { HelpName = value, Description = description };
}
