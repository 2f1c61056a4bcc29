namespace MicroExpNet.Vision.Json;

/// <summary>A face as it stands in JSON.</summary>
internal record FaceJson
{
    /// <summary>Where it is; null where the whole picture was taken as the face.</summary>
    public required BoxJson? Box { get; init; }

    /// <summary>How sure the detector is that this is a face, 0 to 1; null where the whole picture was taken as the face.</summary>
    public required float? Score { get; init; }

    /// <summary>Its eyes; null where they are not known.</summary>
    public required EyesJson? Eyes { get; init; }

    /// <summary>The most probable expression, or class of the model.</summary>
    public required string Expression { get; init; }

    /// <summary>Its probability, 0 to 1.</summary>
    public required float Probability { get; init; }

    /// <summary>The probability of each expression by its name, in the order of the model's outputs; together they are 1.</summary>
    public required IReadOnlyDictionary<string, float> Probabilities { get; init; }

    /// <summary>The JSON form of a face whose classes may be any.</summary>
    public static FaceJson Of(ClassifiedFace face)
    {
        ClassScores scores = face.Scores;
        Dictionary<string, float> probabilities = new(scores.Labels.Length, StringComparer.Ordinal);
        for (int i = 0; i < scores.Labels.Length; i++) probabilities.Add(scores.Labels[i], scores.Probabilities[i]);
        return new FaceJson
        {
            Box = face.Box is { } box ? BoxJson.Of(box) : null,
            Score = face.Face?.Score,
            Eyes = face.Face?.Eyes is { } eyes ? EyesJson.Of(eyes) : null,
            Expression = scores.Top,
            Probability = scores.TopProbability,
            Probabilities = probabilities,
        };
    }

    /// <summary>The JSON form of a face with its expression.</summary>
    public static FaceJson Of(RecognizedFace face) => new()
    {
        Box = face.Box is { } box ? BoxJson.Of(box) : null,
        Score = face.Face?.Score,
        Eyes = face.Face?.Eyes is { } eyes ? EyesJson.Of(eyes) : null,
        Expression = ExpressionScores.NameOf(face.Scores.Top),
        Probability = face.Scores.TopProbability,
        Probabilities = ByName(face.Scores),
    };

    /// <summary>The probabilities by their expressions' names.</summary>
    public static Dictionary<string, float> ByName(ExpressionScores scores)
    {
        Dictionary<string, float> probabilities = new(ExpressionScores.Count, StringComparer.Ordinal);
        foreach ((Expression expression, float probability) in scores) probabilities.Add(ExpressionScores.NameOf(expression), probability);
        return probabilities;
    }
}
