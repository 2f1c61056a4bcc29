using System.Collections.Immutable;
using MicroExpNet.Models;
using MicroExpNet.Training.Evaluation;

namespace MicroExpNet.Training;

/// <summary>The result of a training run.</summary>
public sealed class TrainingResult
{
    /// <summary>Creates a result.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="epochs">Every epoch.</param>
    /// <param name="epoch">The epoch whose weights the model has, counted from 1.</param>
    internal TrainingResult(Model model, ImmutableArray<EpochRecord> epochs, int epoch)
    {
        Model = model;
        Epochs = epochs;
        Epoch = epoch;
    }

    /// <summary>The trained model.</summary>
    public Model Model { get; }

    /// <summary>Every epoch.</summary>
    public ImmutableArray<EpochRecord> Epochs { get; }

    /// <summary>The epoch whose weights the model has, counted from 1.</summary>
    public int Epoch { get; }

    /// <summary>The model's evaluation on the validation faces; null without them.</summary>
    public EvaluationResult? Validation { get; internal init; }

    /// <summary>
    /// The temperature the model's logits were divided by, which calibrates it on the validation faces; 1 without them.
    /// </summary>
    public double Temperature { get; internal init; } = 1;

    /// <summary>Why the last checkpoint could not be written; null if it was.</summary>
    internal IOException? CheckpointFailure { get; set; }
}
