namespace MicroExpNet.Detection;

/// <summary>A face as the network puts it, in pixels of the picture.</summary>
internal readonly struct Candidate
{
    // The exponential of more than this is no face's size.
    private const float MaxLogSize = 2;

    // Boxes that share so much of what both cover are two measurements of one place,
    private const float SamePlace = 0.6f;

    // so much, one face all the same,
    private const float SameFace = 0.35f;

    // and so much of the smaller, a face and a part of it.
    private const float Inside = 0.7f;

    public required float Logit { get; init; }

    public required float X { get; init; }

    public required float Y { get; init; }

    public required float Width { get; init; }

    public required float Height { get; init; }

    public required EyePositions Eyes { get; init; }

    // The probabilities of the other candidates its place is a mean of.
    private float Others { get; init; }

    private float Score => 1 / (1 + MathF.Exp(-Logit));

    private float Area => Width * Height;

    /// <summary>Reads one cell's outputs.</summary>
    /// <param name="values">As <see cref="FaceDetector.OutputLabels"/> names them.</param>
    /// <param name="column">The cell's column.</param>
    /// <param name="row">The cell's row.</param>
    /// <param name="scaleX">Columns of the picture for one of the network's input.</param>
    /// <param name="scaleY">Rows of the picture for one of the network's input.</param>
    public static Candidate At(ReadOnlySpan<float> values, int column, int row, float scaleX, float scaleY)
    {
        float unitX = FaceDetector.Stride * scaleX, unitY = FaceDetector.Stride * scaleY, x = column + 0.5f, y = row + 0.5f;
        float side = FaceDetector.SizeUnit * MathF.Exp(Math.Clamp(values[3], -MaxLogSize, MaxLogSize)), width = side * scaleX, height = side * scaleY;
        return new Candidate
        {
            Logit = values[0],
            X = ((x + values[1]) * unitX) - (width / 2),
            Y = ((y + values[2]) * unitY) - (height / 2),
            Width = width,
            Height = height,
            Eyes = new EyePositions((x + values[4]) * unitX, (y + values[5]) * unitY, (x + values[6]) * unitX, (y + values[7]) * unitY),
        };
    }

    /// <summary>The same face in a picture of which this one begins so many columns and rows further on.</summary>
    public Candidate MovedBy(float x, float y) => this with
    {
        X = X + x,
        Y = Y + y,
        Eyes = new EyePositions(Eyes.LeftX + x, Eyes.LeftY + y, Eyes.RightX + x, Eyes.RightY + y),
    };

    /// <summary>The face where a second look sees it, as sure as both looks are on average.</summary>
    public Candidate SeenAgain(in Candidate again) => again with { Logit = (Logit + again.Logit) / 2 };

    /// <summary>The face where it is, of which a second look is only so sure.</summary>
    public Candidate SeenAgain(float logit) => this with { Logit = (Logit + logit) / 2 };

    /// <summary>A face of which this is the surest candidate and another one more: their places, weighted.</summary>
    public Candidate With(in Candidate other)
    {
        if (Shared(other) < SamePlace * (Area + other.Area - Shared(other))) return this;
        float share = other.Score / (Score + Others + other.Score);
        return this with
        {
            X = Between(X, other.X),
            Y = Between(Y, other.Y),
            Width = Between(Width, other.Width),
            Height = Between(Height, other.Height),
            Eyes = new EyePositions(
                Between(Eyes.LeftX, other.Eyes.LeftX), Between(Eyes.LeftY, other.Eyes.LeftY), Between(Eyes.RightX, other.Eyes.RightX), Between(Eyes.RightY, other.Eyes.RightY)),
            Others = Others + other.Score,
        };

        float Between(float own, float others) => own + (share * (others - own));
    }

    /// <summary>Whether this and another are the same face.</summary>
    public bool IsSameFace(in Candidate other) => Shared(other) is float shared && shared > SameFace * (Area + other.Area - shared);

    /// <summary>Whether of this and another one lies mostly inside the other.</summary>
    public bool IsInside(in Candidate other) => Shared(other) > Inside * Math.Min(Area, other.Area);

    private float Shared(in Candidate other)
    {
        float width = Math.Min(X + Width, other.X + other.Width) - Math.Max(X, other.X);
        float height = Math.Min(Y + Height, other.Y + other.Height) - Math.Max(Y, other.Y);
        return Math.Max(width, 0) * Math.Max(height, 0);
    }

    /// <summary>Whether its middle lies in a picture: nothing is seen of a face that is elsewhere.</summary>
    public bool IsIn(int width, int height)
    {
        float x = X + (Width / 2), y = Y + (Height / 2);
        return x >= 0 && y >= 0 && x < width && y < height;
    }

    /// <summary>The face in whole pixels, inside the picture, where its middle lies.</summary>
    public DetectedFace ToFace(int width, int height)
    {
        int left = (int)MathF.Round(X), top = (int)MathF.Round(Y);
        FaceBox box = new FaceBox(left, top, Math.Max(1, (int)MathF.Round(Width)), Math.Max(1, (int)MathF.Round(Height))).Within(width, height);
        return new DetectedFace(box, Score, Eyes);
    }
}
