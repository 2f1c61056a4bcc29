namespace MicroExpNet.Detection;

/// <summary>A face as the network measured it, in pixels of the image.</summary>
internal readonly struct Candidate
{
    // Bounds the exponential of a damaged or untrained network's size.
    private const float MaxLogSize = 2;

    // IoU above which two boxes are averaged.
    private const float MergeOverlap = 0.6f;

    // IoU above which two candidates are one face.
    private const float SameFaceOverlap = 0.35f;

    // Intersection over the smaller box above which one candidate is a part of the other.
    private const float InnerOverlap = 0.7f;

    public required float Logit { get; init; }

    public required float X { get; init; }

    public required float Y { get; init; }

    public required float Width { get; init; }

    public required float Height { get; init; }

    public required EyePositions Eyes { get; init; }

    // Sum of the scores of the candidates that were merged into this one.
    private float MergedScores { get; init; }

    private float Score => 1 / (1 + MathF.Exp(-Logit));

    private float Area => Width * Height;

    /// <summary>Reads one cell of the network's output.</summary>
    /// <param name="values">The outputs in the order of <see cref="FaceDetector.OutputLabels"/>.</param>
    /// <param name="column">The cell's column.</param>
    /// <param name="row">The cell's row.</param>
    /// <param name="scaleX">Columns of the image for one of the network's input.</param>
    /// <param name="scaleY">Rows of the image for one of the network's input.</param>
    public static Candidate FromCell(ReadOnlySpan<float> values, int column, int row, float scaleX, float scaleY)
    {
        float unitX = FaceDetector.Stride * scaleX, unitY = FaceDetector.Stride * scaleY, x = column + 0.5f, y = row + 0.5f;
        float side = FaceDetector.SizeUnit * MathF.Exp(Math.Clamp(values[3], -MaxLogSize, MaxLogSize));
        float width = side * scaleX, height = side * scaleY;
        return new Candidate
        {
            Logit = values[0],
            X = ((x + values[1]) * unitX) - (width / 2),
            Y = ((y + values[2]) * unitY) - (height / 2),
            Width = width,
            Height = height,
            Eyes = new EyePositions(
                (x + values[4]) * unitX, (y + values[5]) * unitY, (x + values[6]) * unitX, (y + values[7]) * unitY),
        };
    }

    /// <summary>The candidate that a face was.</summary>
    /// <param name="face">The face, with eyes.</param>
    public static Candidate FromFace(in DetectedFace face) => new()
    {
        Logit = face.Logit,
        X = face.Box.X,
        Y = face.Box.Y,
        Width = face.Box.Width,
        Height = face.Box.Height,
        Eyes = face.Eyes.GetValueOrDefault(),
    };

    /// <summary>The candidate with its box and eyes moved.</summary>
    /// <param name="x">Columns to the right.</param>
    /// <param name="y">Rows down.</param>
    public Candidate OffsetBy(float x, float y) => this with
    {
        X = X + x,
        Y = Y + y,
        Eyes = new EyePositions(Eyes.LeftX + x, Eyes.LeftY + y, Eyes.RightX + x, Eyes.RightY + y),
    };

    /// <summary>The candidate as it lies in an image that was mirrored before the network saw it.</summary>
    /// <param name="width">Columns of that image.</param>
    public Candidate MirroredIn(float width) => this with
    {
        X = width - X - Width,
        Eyes = new EyePositions(width - Eyes.RightX, Eyes.RightY, width - Eyes.LeftX, Eyes.LeftY),
    };

    /// <summary>The mean box and eyes of two measurements of one face, with this one's logit.</summary>
    public Candidate MeanWith(in Candidate other) => this with
    {
        X = (X + other.X) / 2,
        Y = (Y + other.Y) / 2,
        Width = (Width + other.Width) / 2,
        Height = (Height + other.Height) / 2,
        Eyes = new EyePositions(
            (Eyes.LeftX + other.Eyes.LeftX) / 2,
            (Eyes.LeftY + other.Eyes.LeftY) / 2,
            (Eyes.RightX + other.Eyes.RightX) / 2,
            (Eyes.RightY + other.Eyes.RightY) / 2),
    };

    /// <summary>
    /// Merges a candidate of the same face with a lower logit into this one: boxes that nearly coincide are averaged, weighted by their
    /// scores; others are dropped.
    /// </summary>
    public Candidate MergedWith(in Candidate other)
    {
        float intersection = Intersection(other);
        if (intersection < MergeOverlap * (Area + other.Area - intersection)) return this;
        float share = other.Score / (Score + MergedScores + other.Score);
        return this with
        {
            X = Mix(X, other.X),
            Y = Mix(Y, other.Y),
            Width = Mix(Width, other.Width),
            Height = Mix(Height, other.Height),
            Eyes = new EyePositions(
                Mix(Eyes.LeftX, other.Eyes.LeftX),
                Mix(Eyes.LeftY, other.Eyes.LeftY),
                Mix(Eyes.RightX, other.Eyes.RightX),
                Mix(Eyes.RightY, other.Eyes.RightY)),
            MergedScores = MergedScores + other.Score,
        };

        float Mix(float own, float others) => own + (share * (others - own));
    }

    /// <summary>Whether this and another candidate are the same face.</summary>
    public bool IsSameFace(in Candidate other)
    {
        float intersection = Intersection(other);
        return intersection > SameFaceOverlap * (Area + other.Area - intersection);
    }

    /// <summary>Whether one of the two candidates lies mostly inside the other.</summary>
    public bool IsInside(in Candidate other) => Intersection(other) > InnerOverlap * Math.Min(Area, other.Area);

    /// <summary>Whether the box's centre lies in an image: a face outside it cannot be seen.</summary>
    public bool HasCentreIn(int width, int height)
    {
        float x = X + (Width / 2), y = Y + (Height / 2);
        return x >= 0 && y >= 0 && x < width && y < height;
    }

    /// <summary>Whether the box's centre lies in another box.</summary>
    public bool HasCentreIn(FaceBox box) => OffsetBy(-box.X, -box.Y).HasCentreIn(box.Width, box.Height);

    /// <summary>The face in whole pixels, clipped to the image, in which its centre lies.</summary>
    public DetectedFace ToFace(int width, int height)
    {
        int left = (int)MathF.Round(X), top = (int)MathF.Round(Y);
        FaceBox box = new(left, top, Math.Max(1, (int)MathF.Round(Width)), Math.Max(1, (int)MathF.Round(Height)));
        return new DetectedFace(box.ClippedTo(width, height), Score, Eyes);
    }

    private float Intersection(in Candidate other)
    {
        float width = Math.Min(X + Width, other.X + other.Width) - Math.Max(X, other.X);
        float height = Math.Min(Y + Height, other.Y + other.Height) - Math.Max(Y, other.Y);
        return Math.Max(width, 0) * Math.Max(height, 0);
    }
}
