using System.Numerics;

namespace MicroExpNet.Training.Layers;

/// <summary>
/// Dropout (Srivastava et al., 2014): each value is kept with the keep probability and divided by it, or becomes zero. The pass's seed
/// decides which, so the backward pass drops the same ones. Its output is a tensor of its own: the layer before may need its own output for
/// its gradient.
/// </summary>
/// <param name="input">The layer's input.</param>
/// <param name="output">The layer's output, of the same shape.</param>
/// <param name="keepProbability">Above 0, at most 1.</param>
internal sealed unsafe class DropoutLayer<T>(Tensor<T> input, Tensor<T> output, double keepProbability) : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _scale = T.CreateChecked(1 / keepProbability);
    private bool _starts;

    public override bool TryStart(Tensor<T> input) => _starts = true;

    public override void Forward(in Pass pass, T* parameters, T* statistics)
    {
        RandomStream random = new(pass.Seed, 0);
        foreach (TensorRow row in input.Rows(pass.Images))
        {
            Span<T> from = input.ValuesOf(row), to = output.ValuesOf(row);
            for (int x = 0; x < from.Length; x++) to[x] = Apply(pass, ref random, from[x]);
        }
    }

    public override void Backward(in Pass pass, T* parameters, T* gradient)
    {
        RandomStream random = new(pass.Seed, 0);
        foreach (TensorRow row in input.Rows(pass.Images))
        {
            Span<T> from = output.GradientOf(row), to = input.GradientOf(row);
            for (int x = 0; x < from.Length; x++)
            {
                T own = Apply(pass, ref random, from[x]);
                to[x] = _starts ? own : to[x] + own;
            }
        }
    }

    private T Apply(in Pass pass, ref RandomStream random, T value) =>
        !pass.Training ? value : random.NextDouble() < keepProbability ? value * _scale : T.Zero;
}
