using System.Numerics;

namespace MicroExpNet.Training.Layers;

/// <summary>
/// One layer in training: forward and, beside it, backward. It owns no values; it reads its inputs' tensors and writes its output's.
/// </summary>
/// <remarks>
/// Backward adds to its inputs' gradients, so a tensor may have many readers, and adds to the parameters'. The network clears a tensor's
/// gradient first, unless the layer whose backward pass comes first writes all of it (<see cref="TryStart"/>).
/// </remarks>
internal abstract unsafe class TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Parameters it trains: its weights, then its biases, where it has any.</summary>
    public virtual int ParameterCount => 0;

    /// <summary>Statistics it keeps beside its parameters: batch normalisation's running means and variances.</summary>
    public virtual int StatisticCount => 0;

    /// <summary>Makes the backward pass write the whole gradient of an input, in place of adding to it.</summary>
    /// <param name="input">One of the layer's inputs, whose gradient no other layer writes earlier.</param>
    /// <returns>False where the layer can only add.</returns>
    public virtual bool TryStart(Tensor<T> input) => false;

    /// <summary>Computes the output of a shard.</summary>
    /// <param name="pass">The pass: how many images, and where random choices start.</param>
    /// <param name="parameters">Its parameters, <see cref="ParameterCount"/> of them.</param>
    /// <param name="statistics">Where it writes the shard's own statistics, <see cref="StatisticCount"/> of them.</param>
    public abstract void Forward(in Pass pass, T* parameters, T* statistics);

    /// <summary>From the output's gradient, adds to the gradients of inputs and parameters, or starts them.</summary>
    public abstract void Backward(in Pass pass, T* parameters, T* gradient);
}
