using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using MicroExpNet.Cli.Options;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Detection;
using MicroExpNet.Training.Evaluation;
using MicroExpNet.Vision;
using Spectre.Console;

namespace MicroExpNet.Cli.Detector;

/// <summary>The arguments of <c>mexp evaluate-detector</c>, and what they lead to.</summary>
internal static class EvaluateDetectorCommand
{
    // Of all that the detector is at all sure of.
    private const float CurveFrom = 0.01f;

    // OpenCV's FaceDetectorYN has 0.9, and its samples 0.6.
    private const double PeerScore = 0.6;

    private const string Examples = """
        Examples:
          mexp evaluate-detector --photos people.zip --yunet yunet.onnx --sheet misses.png
              photographs whose faces YuNet labelled (boxes.csv with a column 'score'): recall by size and
              by score, beside YuNet itself, and a picture of what was missed and what was false
          mexp evaluate-detector --data test/
              scenes that 'mexp compose' made, or pictures of your own with a boxes.csv
          mexp evaluate-detector --data landscapes/
              pictures without faces (no boxes.csv): how many are found all the same
          mexp evaluate-detector --model mine.onnx --data heads.zip --part validation
              another detector, on heads that training did not see

        With --data a face is found from an intersection over union of 0.5 of both squares. With --photos,
        whose boxes come from another detector, from 0.3; faces of less than 28 pixels or a score of less
        than 0.8 are neither missed nor false. Nor are, with both, faces of less than --min-face, which
        are not looked for. Where the photographs have an expressions.csv, the expressions of the faces
        found are compared with it: wrong counts what is not found too.

        Exit codes: 0 evaluated; 1 the pictures cannot be used; 2 the command itself is wrong;
        130 stopped.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        PictureSetOption data = new(
            "--data", "Pictures whose faces are known: a folder or zip archive with a boxes.csv; without one, pictures without faces.",
            required: false);
        PictureSetOption photos = new(
            "--photos", "Photographs whose faces another detector labelled: a folder or zip archive with a boxes.csv with its scores.",
            required: false);
        HeadPartOption part = new();
        Option<string> model = new("--model")
        {
            HelpName = "FILE[,FILE]",
            Description = DetectorSource.Description,
        };
        Option<int> minFace = OptionFactory.Integer(
            "--min-face", "N", "The smallest face looked for, in pixels a side.", FaceDetector.SmallestFace,
            new FaceDetectorOptions().MinFace);
        Option<double> minScore = OptionFactory.Number(
            "--min-score", "S", "The lowest score of a face.", 0.01, 0.99, Math.Round(new FaceDetectorOptions().MinScore, 2));
        Option<string> yunet = new("--yunet")
        {
            HelpName = "FILE",
            Description = "YuNet's ONNX file: it is measured on the same pictures, with a lowest score of 0.6.",
        };
        Option<string> sheet = new("--sheet") { HelpName = "FILE", Description = "Write a PNG picture of the missed and the false faces." };
        Option<string> falseFaces = new("--false-faces")
        {
            HelpName = "FILE",
            Description = "Write a CSV table of the false faces, for --hard-negatives of 'mexp train-detector'.",
        };
        Option<bool> altered = new("--altered")
        {
            Description =
                "Also with the pictures dark, bright, turned, noisy, compressed, reduced, and with masks and sunglasses drawn on the " +
                "faces.",
        };
        Option<string> by = new("--by")
        {
            HelpName = "tone|turn|tilt|COLUMN",
            Description = "Also by group: tone of skin, turn or tilt, measured by the five points of boxes.csv, or a column of that table.",
        };
        CommandWithExamples command = new(
            "evaluate-detector", "Measures how well a detector finds faces.", Examples) { data.Option, photos.Option, part.Option, model,
            minFace, minScore, yunet, sheet, falseFaces, altered, by };
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            bool arePhotos = parsed.GetValue(photos.Option) is not null;
            if (arePhotos == parsed.GetValue(data.Option) is not null)
            {
                throw new CommandException(ExitCode.WrongCommand, "expected either --data or --photos");
            }
            OutputFile.CheckApart(
                [("--sheet", parsed.GetValue(sheet)), ("--false-faces", parsed.GetValue(falseFaces))],
                [
                    parsed.GetValue(data.Option), parsed.GetValue(photos.Option), parsed.GetValue(yunet),
                    .. DetectorSource.Files(parsed.GetValue(model)),
                ]);
            if (parsed.GetValue(sheet) is { } picture) OutputFile.CheckPng("--sheet", picture);
            foreach (string written in new[] { parsed.GetValue(sheet), parsed.GetValue(falseFaces) }.OfType<string>())
            {
                OutputFile.Check(written);
            }
            double least = parsed.GetValue(minScore);
            FaceDetector detector = DetectorSource.Load(
                parsed.GetValue(model),
                new FaceDetectorOptions { MinFace = parsed.GetValue(minFace), MinScore = Math.Min(CurveFrom, (float)least) });
            using YuNetDetector? peer = parsed.GetValue(yunet) is { } file ? YuNetSource.Load(file) : null;
            PictureSet all = arePhotos
                ? PictureSetOption.Read(
                    parsed.GetValue(photos.Option)!, path => PictureSet.LoadPhotographs(path, cancellationToken), terminal)
                : data.Read(parsed, terminal, cancellationToken)!;
            PictureSet pictures = part.Of(parsed, all);
            if (pictures.Pictures.IsEmpty) throw new CommandException(ExitCode.InputFailed, $"{pictures.Name}: no pictures in that part");
            if (!all.HasTable) terminal.Say($"{all.Name}: no boxes.csv; its pictures are taken to have no face");
            int smallest = detector.Options.MinFace;
            ImmutableArray<LabeledExpression> expressions = arePhotos
                ? [.. ReadExpressions(pictures, terminal).Where(expression => expression.Side >= smallest)]
                : [];
            if (parsed.GetValue(by) is { } column) pictures = GroupBy(pictures, column);
            MatchingOptions matching = arePhotos ? MatchingOptions.Photographs : new MatchingOptions();
            matching = matching with { MinSide = Math.Max(matching.MinSide, smallest), MinScore = least };
            IAnsiConsole console = terminal.CreateConsole();
            (DetectorScores scores, TimeSpan time) = Measure(Detect, matching);
            Show(scores, time, console);
            if (parsed.GetValue(by) is { } title) GroupTable.Write(console, $"found, by {title}", scores.ByGroup, scores.Recall);
            if (!expressions.IsEmpty) ShowExpressions(expressions, pictures, detector, least, console, cancellationToken);
            if (parsed.GetValue(sheet) is { } path)
            {
                OutputFile.Write(path, ContactSheet.Draw(scores));
            }

            if (parsed.GetValue(falseFaces) is { } table)
            {
                using OutputFile output = new(table);
                output.Stream.Write(
                    Encoding.UTF8.GetBytes(
                    string.Concat(
                    scores.False.Select(one => HardNegative.ToLine(one.Picture, one.Face) + "\n").Prepend(HardNegative.Header + "\n"))));
                output.Commit();
            }

            if (peer is not null)
            {
                console.WriteLine();
                console.WriteLine("YuNet, ONNX Runtime, one thread");
                using PhotoSource photos = pictures.OpenPhotos();
                (DetectorScores others, TimeSpan otherTime) = Measure(
                    picture => DetectWith(peer, photos, picture), matching with { MinScore = PeerScore });
                Show(others, otherTime, console);
                if (others.ByGroup.Count > 0) GroupTable.Write(console, "found", others.ByGroup, others.Recall);
            }

            if (parsed.GetValue(altered))
            {
                console.WriteLine();
                foreach ((string name, Func<LabeledPicture, LabeledPicture> apply) in AlteredPictures.All)
                {
                    DetectorScores changed = DetectorEvaluation.Run(
                        [.. pictures.Pictures.AsParallel().AsOrdered().Select(apply)], Detect, matching, cancellationToken);
                    console.WriteLine(
                        string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name,-24} recall {changed.Recall,6:0.0%} of {changed.Faces}, {changed.FalseFaces} false"));
                }
            }

            return ExitCode.Success;

            IReadOnlyList<DetectedFace> Detect(LabeledPicture picture) =>
                detector.Detect(picture.Image.Pixels, picture.Image.Width, picture.Image.Height, picture.Image.Width);

            (DetectorScores Scores, TimeSpan Time) Measure(
                Func<LabeledPicture, IReadOnlyList<DetectedFace>> detect, MatchingOptions options)
            {
                long start = Stopwatch.GetTimestamp();
                DetectorScores measured = DetectorEvaluation.Run(pictures.Pictures, detect, options, cancellationToken);
                return (measured, Stopwatch.GetElapsedTime(start));
            }
        }));
        return command;
    }

    private static PictureSet GroupBy(PictureSet pictures, string name)
    {
        try
        {
            return pictures.GroupBy(name);
        }
        catch (Exception e) when (e is DataSetFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.InputFailed, $"{pictures.Name}: {e.Message}");
        }
    }

    private static ImmutableArray<LabeledExpression> ReadExpressions(PictureSet pictures, Terminal terminal)
    {
        try
        {
            List<SkippedFile> skipped = [];
            ImmutableArray<LabeledExpression> expressions = pictures.ReadExpressions(skipped);
            PictureSetOption.Say(skipped, pictures.Name, terminal);
            return expressions;
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.InputFailed, e is DataSetFormatException ? e.Message : $"{pictures.Name}: damaged ({e.Message})");
        }
    }

    // In colour, as YuNet was trained.
    private static List<DetectedFace> DetectWith(YuNetDetector detector, PhotoSource photos, LabeledPicture picture)
    {
        using Photo photo = photos.Read(picture.Name);
        return [.. detector.Detect(photo, CurveFrom).Select(face => face.ToDetectedFace())];
    }

    // End to end: a face that is not found has no expression, which is wrong too.
    private static void ShowExpressions(
        ImmutableArray<LabeledExpression> expressions, PictureSet pictures, FaceDetector detector, double minScore, IAnsiConsole console,
        CancellationToken cancellationToken)
    {
        PhotoRecognizer recognizer = new(ExpressionRecognizer.Default, detector.With(detector.Options with { MinScore = (float)minScore }));
        int found = 0, right = 0;
        using PhotoSource photos = pictures.OpenPhotos();
        ConcurrentBag<(string? Group, bool IsRight)> groups = [];
        Parallel.ForEach(
            expressions.GroupBy(expression => expression.Picture), new ParallelOptions { CancellationToken = cancellationToken }, group =>
        {
            using Photo photo = photos.Read(group.Key);
            IReadOnlyList<RecognizedFace> faces = [.. recognizer.Recognize(photo).Where(face => face.Box is not null)];
            foreach (LabeledExpression expression in group)
            {
                int side = (int)MathF.Round(expression.Side);
                FaceBox box = new FaceBox(
                    (int)MathF.Round(expression.X - (expression.Side / 2)), (int)MathF.Round(expression.Y - (expression.Side / 2)), side,
                    side).ClippedTo(photo.Width, photo.Height);
                string? own = pictures.Pictures.First(picture => picture.Name == group.Key).Faces
                    .OrderBy(face => Math.Pow(face.X - expression.X, 2) + Math.Pow(face.Y - expression.Y, 2))
                    .Select(face => face.Group).FirstOrDefault();
                RecognizedFace best = faces.OrderByDescending(face => face.Box!.Value.IntersectionOverUnion(box)).FirstOrDefault();
                bool isFound = best.Box is { } near && near.IntersectionOverUnion(box) >= MatchingOptions.Photographs.MinOverlap;
                bool isRight = isFound && expression.Includes(best.Scores.Top);
                if (own is not null) groups.Add((own, isRight));
                if (isFound) Interlocked.Increment(ref found);
                if (isRight) Interlocked.Increment(ref right);
            }
        });
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"expressions, {ExpressionRecognizer.Default.Network.Model.Architecture.Name}: right end to end " +
                $"{(double)right / expressions.Length:0.0%} of {expressions.Length}, right of the {found} found " +
                $"{(double)right / Math.Max(found, 1):0.0%}"));
        if (!groups.IsEmpty)
        {
            GroupTable.Write(
                console, "expression right end to end", GroupResult.Count(groups), (double)right / expressions.Length);
        }
    }

    private static void Show(DetectorScores scores, TimeSpan time, IAnsiConsole console)
    {
        FactTable facts = new();
        Row($"pictures", $"{scores.Pictures:N0}, {scores.Pictures / time.TotalSeconds:N0} a second");
        Row($"faces", $"{scores.Faces:N0}");
        if (scores.Faces > 0)
        {
            Row($"recall", $"{scores.Recall:0.0%}");
            Row($"recall with a false face in one picture of ten",
                $"{scores.RecallAtOneInTen:0.0%} (lowest score {scores.ScoreAtOneInTen:0.00})");
            Row($"intersection over union, mean", $"{scores.MeanIntersectionOverUnion:0.0%}");
            Row($"eyes off by, of the side, mean", $"{scores.EyeError:0.0%}");
        }

        Row($"false faces", $"{scores.FalseFaces:N0}");
        foreach ((double score, double recall, int wrong) in scores.ByScore)
        {
            if (scores.Faces > 0) Row($"from a score of {score:0.00}", $"{recall:0.0%}, {wrong:N0} false");
            else Row($"from a score of {score:0.00}", $"{wrong:N0} false");
        }

        foreach ((int side, int faces, double recall) in scores.BySize)
        {
            Row(side == int.MaxValue
                ? (FormattableString)$"recall, larger"
                : $"recall, up to {side} pixels", $"{recall:0.0%} of {faces:N0}");
        }

        facts.Write(console);

        void Row(FormattableString name, FormattableString value) =>
            facts.Add(name.ToString(CultureInfo.InvariantCulture), value.ToString(CultureInfo.InvariantCulture));
    }
}
