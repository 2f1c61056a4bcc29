using System.Numerics;

namespace MicroExpNet.Training.Layers;

/// <summary>
/// Dropout (Srivastava et al., 2014), in place: each value stays with the keep probability, divided by it, or becomes zero. Which stay
/// follows from the pass's seed alone, so backward finds the same ones.
/// </summary>
/// <param name="tensor">Output of the layer before, read by nobody else.</param>
/// <param name="keepProbability">Above 0, at most 1.</param>
internal sealed unsafe class DropoutLayer<T>(Tensor<T> tensor, double keepProbability) : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _scale = T.CreateChecked(1 / keepProbability);

    public override void Forward(in Pass pass, T* parameters, T* statistics) => Apply(pass, tensor.Values);

    public override void Backward(in Pass pass, T* parameters, T* gradient) => Apply(pass, tensor.Gradient);

    private void Apply(in Pass pass, T* values)
    {
        if (!pass.Training) return;
        RandomStream random = new(pass.Seed, 0);
        for (int image = 0; image < pass.Images; image++)
        {
            for (int y = 0; y < tensor.Shape.Height; y++)
            {
                T* row = values + tensor.Row(image, y);
                for (int x = 0; x < tensor.RowLength; x++) row[x] = random.NextDouble() < keepProbability ? row[x] * _scale : T.Zero;
            }
        }
    }
}
