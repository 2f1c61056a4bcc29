using MicroExpNet.Training.Evaluation;

namespace MicroExpNet.Training;

/// <summary>What one fold of a cross-validation came to.</summary>
/// <param name="Fold">Counted from 1.</param>
/// <param name="TrainingFaces">Faces trained on.</param>
/// <param name="Result">The fold's own faces.</param>
public sealed record FoldResult(int Fold, int TrainingFaces, EvaluationResult Result);
