using System.Collections.Immutable;
using MicroExpNet.Models;
using MicroExpNet.Training.Evaluation;

namespace MicroExpNet.Training;

/// <summary>What a run came to.</summary>
/// <param name="Model">The trained model.</param>
/// <param name="Epochs">Every epoch.</param>
/// <param name="Epoch">The epoch the model is of.</param>
/// <param name="Validation">The model on the validation faces; null without them.</param>
/// <param name="Temperature">What its logits were divided by, so that its probabilities fit the validation faces; 1 without them.</param>
public sealed record TrainingResult(Model Model, ImmutableArray<EpochRecord> Epochs, int Epoch, EvaluationResult? Validation, double Temperature);
