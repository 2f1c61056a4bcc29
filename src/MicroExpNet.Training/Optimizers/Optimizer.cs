namespace MicroExpNet.Training.Optimizers;

/// <summary>Updates parameters against their gradient, a range at a time, so that many threads can share a step.</summary>
internal abstract class Optimizer
{
    private protected Optimizer(int parameters, int states, int step)
    {
        Step = step;
        States = new float[states][];
        for (int i = 0; i < states; i++) States[i] = new float[parameters];
    }

    /// <summary>Steps begun.</summary>
    public int Step { get; private set; }

    /// <summary>Its states, <c>[states][parameters]</c>, for a checkpoint.</summary>
    public float[][] States { get; }

    /// <summary>Creates an optimiser.</summary>
    /// <param name="kind">Which one.</param>
    /// <param name="parameters">Number of parameters.</param>
    /// <param name="momentum">Momentum of <see cref="OptimizerKind.Sgd"/>, 0 to 1.</param>
    /// <param name="step">Steps already done, for a run that is resumed.</param>
    public static Optimizer Create(OptimizerKind kind, int parameters, double momentum, int step = 0) => kind switch
    {
        OptimizerKind.Adam => new AdamOptimizer(parameters, decouples: false, step),
        OptimizerKind.AdamW => new AdamOptimizer(parameters, decouples: true, step),
        OptimizerKind.Sgd => new MomentumOptimizer(parameters, momentum, step),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Begins a step; its updates follow, one for each range.</summary>
    /// <param name="learningRate">Learning rate of the step.</param>
    public void Begin(double learningRate)
    {
        Step++;
        Prepare(learningRate);
    }

    /// <summary>Updates a range of the parameters.</summary>
    /// <param name="first">Position of the range among all parameters.</param>
    /// <param name="values">The parameters of the range.</param>
    /// <param name="gradient">Their gradient; the weight decay may be added to it.</param>
    /// <param name="decay">Weight decay, 0 or more.</param>
    public abstract void Update(int first, Span<float> values, Span<float> gradient, double decay);

    private protected abstract void Prepare(double learningRate);
}
