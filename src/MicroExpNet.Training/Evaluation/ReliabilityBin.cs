namespace MicroExpNet.Training.Evaluation;

/// <summary>Faces whose greatest probability lies in one of equal ranges.</summary>
/// <param name="Samples">How many.</param>
/// <param name="Confidence">Mean of their greatest probabilities; 0 for none.</param>
/// <param name="Accuracy">Share of them told rightly; 0 for none.</param>
public readonly record struct ReliabilityBin(int Samples, double Confidence, double Accuracy);
