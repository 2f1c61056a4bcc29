using MicroExpNet.Training.Evaluation;

namespace MicroExpNet.Training;

/// <summary>The result of one fold of a cross-validation.</summary>
/// <param name="Fold">The fold, counted from 1.</param>
/// <param name="TrainingFaces">Number of faces trained on.</param>
/// <param name="Result">The evaluation on the fold's own faces.</param>
public sealed record FoldResult(int Fold, int TrainingFaces, EvaluationResult Result);
