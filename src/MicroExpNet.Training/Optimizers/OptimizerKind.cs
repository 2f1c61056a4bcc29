namespace MicroExpNet.Training.Optimizers;

/// <summary>How the gradient moves the parameters.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma, Ba, 2015) as TensorFlow 1 has it, the original's.</summary>
    Adam,

    /// <summary>Adam with the weight decay apart from the gradient (Loshchilov, Hutter, 2019).</summary>
    AdamW,

    /// <summary>Stochastic gradient descent with Nesterov's momentum and weight decay in the gradient.</summary>
    Sgd,
}
