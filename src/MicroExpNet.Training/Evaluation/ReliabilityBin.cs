namespace MicroExpNet.Training.Evaluation;

/// <summary>The faces whose highest probability lies in one of several equal ranges.</summary>
/// <param name="Samples">Number of faces.</param>
/// <param name="Confidence">Mean of their highest probabilities; 0 for none.</param>
/// <param name="Accuracy">The share of them that is predicted correctly; 0 for none.</param>
public readonly record struct ReliabilityBin(int Samples, double Confidence, double Accuracy);
