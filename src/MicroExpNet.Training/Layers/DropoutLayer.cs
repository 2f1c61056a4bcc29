using System.Numerics;

namespace MicroExpNet.Training.Layers;

/// <summary>
/// Dropout (Srivastava et al., 2014), in place: each value is kept with the keep probability and divided by it, or becomes zero. The pass's
/// seed decides which, so the backward pass drops the same ones.
/// </summary>
/// <param name="tensor">Output of the layer before, which no other layer reads.</param>
/// <param name="keepProbability">Above 0, at most 1.</param>
internal sealed unsafe class DropoutLayer<T>(Tensor<T> tensor, double keepProbability) : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _scale = T.CreateChecked(1 / keepProbability);

    public override void Forward(in Pass pass, T* parameters, T* statistics) => Apply(pass, gradient: false);

    public override void Backward(in Pass pass, T* parameters, T* gradient) => Apply(pass, gradient: true);

    private void Apply(in Pass pass, bool gradient)
    {
        if (!pass.Training) return;
        RandomStream random = new(pass.Seed, 0);
        foreach (TensorRow row in tensor.Rows(pass.Images))
        {
            foreach (ref T value in gradient ? tensor.GradientOf(row) : tensor.ValuesOf(row))
            {
                value = random.NextDouble() < keepProbability ? value * _scale : T.Zero;
            }
        }
    }
}
