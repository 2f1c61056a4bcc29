namespace MicroExpNet.Training.Evaluation;

/// <summary>How well one class is told.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Samples">Faces of the class.</param>
/// <param name="Precision">Of the faces called so, the share that are; 0 where none is called so.</param>
/// <param name="Recall">Of the class's faces, the share called so; 0 where there are none.</param>
/// <param name="F1">Harmonic mean of the two.</param>
public sealed record ClassScores(string Label, int Samples, double Precision, double Recall, double F1);
