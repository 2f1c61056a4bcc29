using System.Text.Json.Serialization;
using MicroExpNet.Vision;
using MicroExpNet.Vision.Json;

namespace MicroExpNet.Server;

/// <summary>A face of a stream's frame: a face of a picture, with the number of its track.</summary>
internal sealed record TrackedFaceJson : FaceJson
{
    /// <summary>The number of the face's track, the same in every frame of the stream, from 1.</summary>
    [JsonPropertyOrder(-1)]
    public required int Track { get; init; }

    /// <summary>The JSON form of a tracked face.</summary>
    public static TrackedFaceJson Of(TrackedFace face) => new()
    {
        Track = face.Track,
        Box = BoxJson.Of(face.Box),
        Score = face.Face.Score,
        Eyes = face.Face.Eyes is { } eyes ? EyesJson.Of(eyes) : null,
        Expression = ExpressionScores.NameOf(face.Scores.Top),
        Probability = face.Scores.TopProbability,
        Probabilities = ByName(face.Scores),
    };
}
