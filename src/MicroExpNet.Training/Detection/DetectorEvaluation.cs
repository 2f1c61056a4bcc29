using System.Collections.Immutable;

namespace MicroExpNet.Training.Detection;

/// <summary>Holds what a detector finds against what is there.</summary>
public static class DetectorEvaluation
{
    private const double FoundFrom = 0.5;

    // Upper bounds of the sizes that recall is told for.
    private static readonly int[] Sides = [24, 32, 48, 64, 96, 128, 256, int.MaxValue];

    /// <summary>Looks at pictures, on all cores.</summary>
    /// <param name="pictures">Pictures whose faces are all known.</param>
    /// <param name="detect">Finds the faces of one: told its grey values, packed.</param>
    /// <param name="minScore">The detector's least score; <paramref name="detect"/> may give lower ones too, which only the curve counts.</param>
    /// <param name="minimumSide">Faces of a smaller side are neither missed nor false.</param>
    /// <param name="cancellation">Asks for an early end.</param>
    /// <exception cref="OperationCanceledException">It came to an early end.</exception>
    public static DetectorScores Run(ImmutableArray<AnnotatedPicture> pictures, Func<AnnotatedPicture, IReadOnlyList<DetectedFace>> detect, double minScore, double minimumSide = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(detect);
        List<Match>[] matches = new List<Match>[pictures.Length];
        Parallel.For(0, pictures.Length, new ParallelOptions { CancellationToken = cancellation }, i => matches[i] = Judge(pictures[i], detect(pictures[i]), minimumSide));
        List<PlacedFace> faces = [.. pictures.SelectMany(picture => picture.Faces).Where(face => face.Side >= minimumSide)];
        List<Match> all = [.. matches.SelectMany(one => one).OrderByDescending(match => match.Score)];
        Match[] kept = [.. all.Where(match => match.Score >= minScore)];
        Match[] found = [.. kept.Where(match => match.Face is not null)];
        int allowed = pictures.Length / 10, wrong = 0, right = 0, best = 0;
        double score = 1;
        foreach (IGrouping<double, Match> alike in all.GroupBy(match => match.Score))
        {
            // No least score parts faces of the same score.
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
            if (count > 0) bySize.Add((side, count, (double)found.Count(match => match.Face!.Value.Side > above && match.Face.Value.Side <= side) / count));
            above = side;
        }

        Match[] withEyes = [.. found.Where(match => !double.IsNaN(match.EyeError))];
        return new DetectorScores
        {
            Pictures = pictures.Length,
            Faces = faces.Count,
            Recall = faces.Count == 0 ? double.NaN : (double)found.Length / faces.Count,
            FalseFaces = kept.Length - found.Length,
            RecallAtOneInTen = faces.Count == 0 ? double.NaN : (double)best / faces.Count,
            ScoreAtOneInTen = score,
            MeanIntersectionOverUnion = found.Length == 0 ? double.NaN : found.Average(match => match.Shared),
            EyeError = withEyes.Length == 0 ? double.NaN : withEyes.Average(match => match.EyeError),
            BySize = bySize,
        };
    }

    // The surest first: each takes the face it covers best, if nobody has it yet.
    private static List<Match> Judge(AnnotatedPicture picture, IReadOnlyList<DetectedFace> detected, double minimumSide)
    {
        List<Match> matches = [];
        bool[] taken = new bool[picture.Faces.Length];
        foreach (DetectedFace one in detected.OrderByDescending(face => face.Score))
        {
            double x = one.Box.X + (one.Box.Width / 2.0), y = one.Box.Y + (one.Box.Height / 2.0);
            int best = -1;
            double shared = FoundFrom;
            for (int i = 0; i < picture.Faces.Length; i++)
            {
                double own = Shared(picture, picture.Faces[i], x, y, one.Box.Width, one.Box.Height);
                if (taken[i] || own < shared) continue;
                best = i;
                shared = own;
            }

            if (best < 0)
            {
                matches.Add(new Match(one.Score, null, 0, double.NaN));
                continue;
            }

            taken[best] = true;
            if (picture.Faces[best].Side >= minimumSide) matches.Add(new Match(one.Score, picture.Faces[best], shared, EyeError(picture.Faces[best], one.Eyes)));
        }

        return matches;
    }

    // Detectors cut their boxes off at the picture's edges; so must what they are held against.
    private static double Shared(AnnotatedPicture picture, PlacedFace face, double x, double y, double width, double height)
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
        : (Distance(own.LeftX - found.LeftX, own.LeftY - found.LeftY) + Distance(own.RightX - found.RightX, own.RightY - found.RightY)) / 2 / face.Side;

    private static double Distance(double x, double y) => Math.Sqrt((x * x) + (y * y));

    private readonly record struct Match(double Score, PlacedFace? Face, double Shared, double EyeError);
}
