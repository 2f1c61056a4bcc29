using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MicroExpNet.Cli.Options;
using MicroExpNet.Training.Detection;
using Spectre.Console;

namespace MicroExpNet.Cli.Detector;

/// <summary>The arguments of <c>mexp evaluate-detector</c>, and what they lead to.</summary>
internal static class EvaluateDetectorCommand
{
    // Of all that the detector is at all sure of.
    private const float CurveFrom = 0.01f;

    private const string Examples = """
        Examples:
          mexp evaluate-detector --data test/
              scenes that 'mexp compose' made, or pictures of your own with a boxes.csv
          mexp evaluate-detector --data landscapes/
              pictures without faces (no boxes.csv): how many are found all the same
          mexp evaluate-detector --model mine.onnx --data heads.zip --part validation
              another detector, on heads that training did not see

        A face is found where its square and the one that was found share half of what both cover.

        Exit codes: 0 evaluated; 1 the pictures cannot be used; 2 the command itself is wrong;
        130 stopped.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        PictureSetOption data = new("--data", "Pictures whose faces are known: a folder or zip archive with a boxes.csv; without one, pictures without faces.", required: true);
        HeadPartOption part = new();
        Option<string> model = new("--model") { HelpName = "FILE", Description = "The detector, an ONNX file. [default: the built-in one]" };
        Option<int> minFace = OptionFactory.Integer("--min-face", "N", "The smallest face looked for, in pixels a side.", FaceDetector.SmallestFace, new FaceDetectorOptions().MinFace);
        Option<double> minScore = OptionFactory.Number("--min-score", "S", "The least score of a face.", 0.01, 0.99, Math.Round(new FaceDetectorOptions().MinScore, 2));
        CommandWithExamples command = new("evaluate-detector", "Measures how well a detector finds faces.", Examples) { data.Option, part.Option, model, minFace, minScore };
        command.SetAction((parsed, cancellation) => Task.Run(() =>
        {
            double least = parsed.GetValue(minScore);
            FaceDetector detector = DetectorSource.Load(parsed.GetValue(model), new FaceDetectorOptions { MinFace = parsed.GetValue(minFace), MinScore = Math.Min(CurveFrom, (float)least) });
            PictureSet pictures = part.Of(parsed, data.Read(parsed, terminal, cancellation)!);
            if (pictures.Pictures.IsEmpty) throw new CommandException(ExitCode.InputFailed, $"{pictures.Name}: no pictures in that part");
            long start = Stopwatch.GetTimestamp();
            DetectorScores scores = DetectorEvaluation.Run(
                pictures.Pictures, picture => detector.Detect(picture.Image.Pixels, picture.Image.Width, picture.Image.Height, picture.Image.Width), least, detector.Options.MinFace, cancellation);
            Show(scores, Stopwatch.GetElapsedTime(start), terminal.CreateConsole());
            return ExitCode.Success;
        }));
        return command;
    }

    private static void Show(DetectorScores scores, TimeSpan time, IAnsiConsole console)
    {
        FactTable facts = new();
        Row("pictures", $"{scores.Pictures:N0}, {scores.Pictures / time.TotalSeconds:N0} a second");
        Row("faces", $"{scores.Faces:N0}");
        if (scores.Faces > 0)
        {
            Row("recall", $"{scores.Recall:0.0%}");
            Row("recall with a false face in one picture of ten", $"{scores.RecallAtOneInTen:0.0%} (least score {scores.ScoreAtOneInTen:0.00})");
            Row("shared area of both squares, mean", $"{scores.MeanIntersectionOverUnion:0.0%}");
            Row("eyes off by, of the side, mean", $"{scores.EyeError:0.0%}");
        }

        Row("false faces", $"{scores.FalseFaces:N0}");
        foreach ((int side, int faces, double recall) in scores.BySize)
        {
            string sides = side == int.MaxValue ? "larger" : string.Create(CultureInfo.InvariantCulture, $"up to {side} pixels");
            Row($"recall, {sides}", $"{recall:0.0%} of {faces:N0}");
        }

        facts.Write(console);

        void Row(string name, FormattableString value) => facts.Add(name, value.ToString(CultureInfo.InvariantCulture));
    }
}
