namespace MicroExpNet.Vision;

/// <summary>A face and its expression.</summary>
/// <param name="Box">Where it is; null where the whole picture was taken as the face.</param>
/// <param name="Scores">The probabilities of its expressions.</param>
public readonly record struct RecognizedFace(FaceBox? Box, ExpressionScores Scores);
