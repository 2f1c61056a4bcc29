using System.Collections.Immutable;
using MicroExpNet.Training.Evaluation;

namespace MicroExpNet.Training.Detection;

/// <summary>Compares what a detector finds with the faces that are there.</summary>
public static class DetectorEvaluation
{
    // Upper bounds of the sizes that recall is reported for.
    private static readonly int[] Sides = [24, 32, 48, 64, 96, 128, 256, int.MaxValue];

    private static readonly double[] CurveScores = [0.8, 0.65, 0.5, 0.35, 0.25];

    /// <summary>Runs a detector over pictures, on all cores.</summary>
    /// <param name="pictures">Pictures whose faces are all known.</param>
    /// <param name="detect">Finds the faces of one picture; those below <see cref="MatchingOptions.MinScore"/> enter the curve
    /// alone.</param>
    /// <param name="options">When a face counts as found.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    /// <exception cref="ArgumentException">The list of pictures, a picture or the list of its faces is missing.</exception>
    /// <exception cref="OperationCanceledException">It came to an early end.</exception>
    public static DetectorScores Run(
        ImmutableArray<LabeledPicture> pictures, Func<LabeledPicture, IReadOnlyList<DetectedFace>> detect, MatchingOptions options,
            CancellationToken cancellationToken = default)
    {
        if (pictures.IsDefault || pictures.Any(picture => picture is null || picture.Faces.IsDefault))
        {
            throw new ArgumentException("the list of pictures, a picture or the list of its faces is missing", nameof(pictures));
        }

        ArgumentNullException.ThrowIfNull(detect);
        ArgumentNullException.ThrowIfNull(options);
        List<FaceMatch>[] matches = new List<FaceMatch>[pictures.Length];
        Parallel.For(
            0, pictures.Length, new ParallelOptions { CancellationToken = cancellationToken }, i =>
            matches[i] = Match(pictures[i], detect(pictures[i]), options));
        List<PlacedFace> faces = [.. pictures.SelectMany(picture => picture.Faces).Where(options.IsAsked)];
        List<FaceMatch> all = [.. matches.SelectMany(one => one).OrderByDescending(match => match.Found.Score)];
        FaceMatch[] kept = [.. all.Where(match => match.Found.Score >= options.MinScore)];
        FaceMatch[] found = [.. kept.Where(match => match.Face is not null)];
        int allowed = pictures.Length / 10, wrong = 0, right = 0, best = 0;
        double score = 1;
        foreach (IGrouping<float, FaceMatch> alike in all.GroupBy(match => match.Found.Score))
        {
            // No lowest score parts faces of the same score.
            wrong += alike.Count(match => match.Face is null);
            if (wrong > allowed) break;
            right += alike.Count(match => match.Face is not null);
            (best, score) = (right, alike.Key);
        }

        List<(int, int, double)> bySize = [];
        int above = 0;
        foreach (int side in Sides)
        {
            int count = faces.Count(face => face.Side > above && face.Side <= side);
            if (count > 0)
            {
                bySize.Add((
                    side, count, (double)found.Count(match => match.Face!.Value.Side > above && match.Face.Value.Side <= side) / count));
            }
            above = side;
        }

        FaceMatch[] withEyes = [.. found.Where(match => !double.IsNaN(match.EyeError))];
        HashSet<(string, PlacedFace)> seen = [.. found.Select(match => (match.Picture.Name, match.Face!.Value))];
        return new DetectorScores
        {
            Pictures = pictures.Length,
            Faces = faces.Count,
            Recall = Share(found.Length, faces.Count),
            FalseFaces = kept.Length - found.Length,
            RecallAtOneInTen = Share(best, faces.Count),
            ScoreAtOneInTen = score,
            MeanIntersectionOverUnion = found.Length == 0 ? double.NaN : found.Average(match => match.Overlap),
            EyeError = withEyes.Length == 0 ? double.NaN : withEyes.Average(match => match.EyeError),
            BySize = bySize,
            ByGroup = GroupResult.Count(
                from picture in pictures
                from face in picture.Faces
                where face.Group is not null && options.IsAsked(face)
                select (face.Group, seen.Contains((picture.Name, face)))),
            ByScore = [.. CurveScores.Select(
                least => (least, Share(all.Count(match => match.Found.Score >= least && match.Face is not null), faces.Count),
                all.Count(match => match.Found.Score >= least && match.Face is null)))],
            Missed = [.. pictures.SelectMany(
                picture => picture.Faces.Where(face => options.IsAsked(face) && !seen.Contains((picture.Name, face)))
                .Select(face => (picture, face)))],
            False = [.. kept.Where(match => match.Face is null).Select(match => (match.Picture, match.Found))],
        };
    }

    private static double Share(int part, int whole) => whole == 0 ? double.NaN : (double)part / whole;

    // The surest first: each takes the face it covers best, if nobody has it yet.
    private static List<FaceMatch> Match(LabeledPicture picture, IReadOnlyList<DetectedFace> detected, MatchingOptions options)
    {
        List<FaceMatch> matches = [];
        bool[] taken = new bool[picture.Faces.Length];
        foreach (DetectedFace one in detected.OrderByDescending(face => face.Score))
        {
            double x = one.Box.X + (one.Box.Width / 2.0), y = one.Box.Y + (one.Box.Height / 2.0);
            int best = -1;
            double shared = options.MinOverlap;
            for (int i = 0; i < picture.Faces.Length; i++)
            {
                double own = Overlap(picture, picture.Faces[i], x, y, one.Box.Width, one.Box.Height);
                if (taken[i] || own < shared) continue;
                best = i;
                shared = own;
            }

            if (best < 0)
            {
                matches.Add(new FaceMatch(picture, one, null, 0, double.NaN));
                continue;
            }

            taken[best] = true;
            if (options.IsAsked(picture.Faces[best]))
            {
                matches.Add(new FaceMatch(picture, one, picture.Faces[best], shared, EyeError(picture.Faces[best], one.Eyes)));
            }
        }

        return matches;
    }

    // Detectors cut their boxes off at the picture's edges; so must what they are compared with.
    private static double Overlap(LabeledPicture picture, PlacedFace face, double x, double y, double width, double height)
    {
        double half = face.Side / 2.0;
        double left = Math.Max(0, face.X - half), top = Math.Max(0, face.Y - half);
        double right = Math.Min(picture.Image.Width, face.X + half), bottom = Math.Min(picture.Image.Height, face.Y + half);
        double across = Math.Min(right, x + (width / 2)) - Math.Max(left, x - (width / 2));
        double down = Math.Min(bottom, y + (height / 2)) - Math.Max(top, y - (height / 2));
        if (across <= 0 || down <= 0) return 0;
        double shared = across * down;
        return shared / (((right - left) * (bottom - top)) + (width * height) - shared);
    }

    private static double EyeError(PlacedFace face, EyePositions? eyes) => face.Eyes is not { } own || eyes is not { } found
        ? double.NaN
        : (Distance(own.LeftX - found.LeftX, own.LeftY - found.LeftY) + Distance(
            own.RightX - found.RightX, own.RightY - found.RightY)) / 2 / face.Side;

    private static double Distance(double x, double y) => Math.Sqrt((x * x) + (y * y));

    private readonly record struct FaceMatch(LabeledPicture Picture, DetectedFace Found, PlacedFace? Face, double Overlap, double EyeError);
}
