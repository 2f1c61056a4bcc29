using System.CommandLine;
using System.Globalization;
using MicroExpNet.Cli.Options;
using MicroExpNet.Cli.Predict;
using MicroExpNet.Models;
using MicroExpNet.Video;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Blur;

/// <summary>The arguments of <c>mexp blur</c>.</summary>
internal static class BlurCommand
{
    // A face that is missed is shown, and what is covered needlessly costs little.
    private const float SensitiveScore = 0.5f;

    private const string Examples = """
        Examples:
          mexp blur party.jpg -o safe
              safe/party.jpg: every face pixelated, no metadata
          mexp blur holiday/ -o safe --style blur
              all pictures and films of a folder and its sub-folders, smoothly blurred
          mexp blur interview.mp4 -o safe --keep 2
              every face but number 2; 'mexp video interview.mp4 --annotate numbered.mp4' shows the numbers
          mexp blur group.jpg -o safe --keep 1
              every face but the largest: in a picture, faces are numbered from the largest to the smallest
          mexp blur street.mp4 -o safe --style fill --padding 0.5
              grey in place of each face and half its size around it

        Look at the results: a face that the detector does not find is not covered, and people are known by
        more than their face. A film's sound stays as it was, voices with it.

        Exit codes: 0 all written; 1 some could not be read (the others are done);
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
                "Pictures, films, folders (with their sub-folders), patterns with * and **, or - for a picture from standard input.",
        };
        Option<string> output = new("--output", "-o")
        {
            HelpName = "FOLDER",
            Description = "Where the results go, under the names of the inputs.",
            Required = true,
        };
        Option<CoverStyle> style = OptionFactory.Choice(
            "--style", "What is put in the place of a face: squares of its colours, these colours blurred, or grey.", CoverStyle.Pixelate,
            ("pixelate", CoverStyle.Pixelate), ("blur", CoverStyle.Blur), ("fill", CoverStyle.Fill));
        Option<double> padding = OptionFactory.Number(
            "--padding", "SHARE", "What is covered around each face, as a share of its side.", 0, 10, 0.3);
        Option<int[]> keep = new("--keep")
        {
            HelpName = "N,N",
            Description =
                "Faces that stay as they are: in a film, the numbers that 'mexp video' gives; in a picture, from the largest, 1.",
            CustomParser = OptionValue.Integers(1),
        };
        float ofFilms = new FaceDetectorOptions().MinScore;
        DetectionOptions detection = new(minScore: string.Create(
            CultureInfo.InvariantCulture, $"{SensitiveScore}; of a face that is followed through a film {ofFilms}"));
        JobsOption jobs = new();
        Option<string> ffmpeg = FFmpegOption.Create();

        CommandWithExamples command = new("blur", "Makes the faces of pictures and films unrecognisable, and drops metadata.", Examples)
        {
            paths,
        };
        foreach (Option option in new Option[] { output, style, padding, keep }) command.Add(option);
        detection.AddTo(command);
        command.Add(jobs.Option);
        command.Add(ffmpeg);
        command.Validators.Add(result =>
        {
            if ((result.GetValue(paths) ?? []).Count(path => path == PictureInput.StandardInput) > 1)
            {
                result.AddError("- is given twice; standard input can be read only once");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            FaceClassifier classifier = RecognizerSource.LoadClassifier(
                ShippedModels.DefaultName, ClassPrior.Natural, new InferenceOptions());
            BlurRequest request = new()
            {
                Paths = parsed.GetValue(paths)!,
                Output = parsed.GetValue(output)!,
                Pictures = new PhotoClassifier(classifier, detection.Create(parsed, terminal)),
                Films = () => new VideoAnalyzer(
                    ExpressionRecognizer.Default, detection.CreateCore(parsed), new VideoOptions { ReportsTentativeFaces = true }),
                Cover = new FaceCover(
                    detection.Create(parsed, terminal, SensitiveScore), parsed.GetValue(style), parsed.GetValue(padding)),
                Kept = parsed.GetValue(keep) ?? [],
                Jobs = jobs.Count(parsed),
                FFmpegPath = parsed.GetValue(ffmpeg),
            };
            return new BlurRun(request, terminal).RunAsync(cancellationToken);
        });
        return command;
    }
}
