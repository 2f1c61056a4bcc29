namespace MicroExpNet.Architectures;

/// <summary>
/// Makes something of a <see cref="PointwiseLayer"/>'s function, compiled for that function: a step of the engine or of the trainer.
/// </summary>
/// <typeparam name="TResult">What it makes.</typeparam>
internal interface IPointwiseVisitor<out TResult>
{
    /// <summary>Receives the layer's function.</summary>
    /// <param name="function">The function.</param>
    TResult Visit<TFunction>(TFunction function)
        where TFunction : struct, IPointwiseFunction;
}
