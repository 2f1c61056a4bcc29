using MicroExpNet.Architectures;

namespace MicroExpNet.Inference;

/// <summary>Operations of a network for one image: multiply-adds, and the values that pools and pointwise layers read. They are counted in
/// floating point, which is exact up to 2⁵³ and never overflows.</summary>
internal static class OperationCount
{
    /// <summary>Refuses a network that does more operations than allowed.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="max">The most that is allowed.</param>
    /// <exception cref="ModelFormatException">It does more.</exception>
    public static void Check(Architecture architecture, double max)
    {
        double total = 0, largest = 0;
        string name = "";
        foreach (Layer layer in architecture.Layers)
        {
            double count = Of(architecture, layer);
            total += count;
            if (count <= largest) continue;
            largest = count;
            name = layer.Name;
        }

        if (total <= max) return;
        throw new ModelFormatException(
            $"model '{architecture.Name}' takes {total:0.0e+0} operations for one image, most of them in layer '{name}'; "
            + $"at most {max:0.0e+0} are allowed ({nameof(InferenceOptions.MaxOperations)}, --max-operations)");
    }

    private static double Of(Architecture architecture, Layer layer)
    {
        TensorShape input = architecture.ShapeOf(layer.Inputs[0]);
        double outputs = Length(layer.OutputShape);
        return layer switch
        {
            Convolution convolution => outputs * convolution.Window.Height * convolution.Window.Width * convolution.ChannelsPerGroup,
            FullyConnected connected => outputs * connected.InputCount,
            MaxPool pool => outputs * Covered(pool.Window, input),
            AveragePool pool => outputs * Covered(pool.Window, input),
            GlobalAveragePool => Length(input),
            _ => outputs,
        };
    }

    // Pixels of the image in a pool's window; those outside the image are not read.
    private static double Covered(Window window, TensorShape input) =>
        (double)Math.Min(window.Height, input.Height) * Math.Min(window.Width, input.Width);

    private static double Length(TensorShape shape) => (double)shape.Height * shape.Width * shape.Channels;
}
