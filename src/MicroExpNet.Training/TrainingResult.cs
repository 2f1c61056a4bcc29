using System.Collections.Immutable;
using MicroExpNet.Models;
using MicroExpNet.Training.Evaluation;

namespace MicroExpNet.Training;

/// <summary>The result of a training run.</summary>
/// <param name="Model">The trained model.</param>
/// <param name="Epochs">Every epoch.</param>
/// <param name="Epoch">The epoch whose weights the model has, counted from 1.</param>
/// <param name="Validation">The model's evaluation on the validation faces; null without them.</param>
/// <param name="Temperature">The temperature its logits were divided by, which calibrates it on the validation faces; 1 without
/// them.</param>
public sealed record TrainingResult(
    Model Model, ImmutableArray<EpochRecord> Epochs, int Epoch, EvaluationResult? Validation, double Temperature);
