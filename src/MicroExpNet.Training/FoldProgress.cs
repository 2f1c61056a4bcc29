namespace MicroExpNet.Training;

/// <summary>How far a cross-validation is.</summary>
/// <param name="Fold">The fold in progress, counted from 1.</param>
/// <param name="Training">How far its training is.</param>
public readonly record struct FoldProgress(int Fold, TrainingProgress Training);
