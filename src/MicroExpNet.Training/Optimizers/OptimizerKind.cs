namespace MicroExpNet.Training.Optimizers;

/// <summary>How the gradient changes the parameters.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma, Ba, 2015) as TensorFlow 1 has it, the original's. Weight decay is added to the gradient.</summary>
    Adam,

    /// <summary>Adam with weight decay decoupled from the gradient (Loshchilov, Hutter, 2019).</summary>
    AdamW,

    /// <summary>Stochastic gradient descent with Nesterov momentum. Weight decay is added to the gradient.</summary>
    Sgd,
}
