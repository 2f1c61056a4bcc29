namespace MicroExpNet.Training.Evaluation;

/// <summary>How well a model recognises one class.</summary>
/// <param name="Label">The class's name.</param>
/// <param name="Samples">Faces of the class.</param>
/// <param name="Precision">The share of the faces predicted as this class that are of it; 0 where none is predicted so.</param>
/// <param name="Recall">The share of the class's faces predicted as this class; 0 where there are none.</param>
/// <param name="F1">The harmonic mean of precision and recall.</param>
public sealed record ClassMetrics(string Label, int Samples, double Precision, double Recall, double F1);
