using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Tests.Inference;

/// <summary>A network by the definitions of its layers, one sum at a time in float64: slow, and nothing of the engine's own.</summary>
internal static class DoubleReference
{
    /// <summary>The last layer's values for one image.</summary>
    public static double[] Run(Model model, float[] image)
    {
        Architecture architecture = model.Architecture;
        double[][] values = new double[architecture.Layers.Length][];
        double[] input = [.. image.Select(value => (double)value)];
        for (int i = 0; i < values.Length; i++)
        {
            Layer layer = architecture.Layers[i];
            double[] Of(int index) => layer.Inputs[index] == Layer.NetworkInput ? input : values[layer.Inputs[index]];
            LayerParameters? parameters = model.Parameters[i];
            values[i] = layer switch
            {
                Convolution convolution => Convolve(convolution, parameters!, Of(0)),
                MaxPool pool => Pool(pool, architecture.ShapeOf(layer.Inputs[0]), Of(0)),
                Relu => [.. Of(0).Select(value => Math.Max(value, 0))],
                Clip clip => [.. Of(0).Select(value => Math.Clamp(value, clip.Minimum, clip.Maximum))],
                Add => [.. Of(0).Zip(Of(1), (a, b) => a + b)],
                Flatten => Of(0),
                GlobalAveragePool => [.. Enumerable.Range(0, layer.OutputShape.Channels).Select(channel =>
                    Of(0).Where((_, at) => at % layer.OutputShape.Channels == channel).Average())],
                FullyConnected connected => [.. Enumerable.Range(0, connected.OutputShape.Channels).Select(output =>
                    parameters!.Biases[output]
                    + Of(0).Select((value, at) => value * parameters.Weights[(at * connected.OutputShape.Channels) + output]).Sum())],
                _ => throw new NotSupportedException(layer.Kind),
            };
        }

        return values[^1];
    }

    /// <summary>The largest difference over the largest magnitude.</summary>
    public static double Difference(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(actual, value => Assert.True(float.IsFinite(value)));

        // Where a ReLU leaves nothing, nothing is expected.
        return expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() / Math.Max(expected.Max(Math.Abs), double.Epsilon);
    }

    private static double[] Convolve(Convolution layer, LayerParameters parameters, double[] input)
    {
        (TensorShape from, TensorShape to, Window window) = (layer.InputShape, layer.OutputShape, layer.Window);
        double[] output = new double[to.Length];
        for (int i = 0; i < output.Length; i++)
        {
            int filter = i % to.Channels, x = i / to.Channels % to.Width, y = i / to.Channels / to.Width;
            int firstChannel = filter / (to.Channels / layer.Groups) * layer.ChannelsPerGroup;
            double sum = parameters.Biases[filter];
            for (int row = 0; row < window.Height; row++)
            {
                for (int column = 0; column < window.Width; column++)
                {
                    int inputRow = (y * window.StrideY) + row - layer.Padding.Top;
                    int inputColumn = (x * window.StrideX) + column - layer.Padding.Left;
                    if (inputRow < 0 || inputRow >= from.Height || inputColumn < 0 || inputColumn >= from.Width) continue;
                    for (int channel = 0; channel < layer.ChannelsPerGroup; channel++)
                    {
                        int tap = (((row * window.Width) + column) * layer.ChannelsPerGroup) + channel;
                        double weight = parameters.Weights[(tap * to.Channels) + filter];
                        sum += weight * input[(((inputRow * from.Width) + inputColumn) * from.Channels) + firstChannel + channel];
                    }
                }
            }

            output[i] = sum;
        }

        return output;
    }

    private static double[] Pool(MaxPool layer, TensorShape from, double[] input)
    {
        (TensorShape to, Window window) = (layer.OutputShape, layer.Window);
        double[] output = new double[to.Length];
        for (int i = 0; i < output.Length; i++)
        {
            int channel = i % to.Channels, left = (i / to.Channels % to.Width * window.StrideX) - layer.Padding.Left;
            int top = (i / to.Channels / to.Width * window.StrideY) - layer.Padding.Top;
            output[i] = double.NegativeInfinity;
            for (int y = Math.Max(top, 0); y < Math.Min(top + window.Height, from.Height); y++)
            {
                for (int x = Math.Max(left, 0); x < Math.Min(left + window.Width, from.Width); x++)
                {
                    output[i] = Math.Max(output[i], input[(((y * from.Width) + x) * from.Channels) + channel]);
                }
            }
        }

        return output;
    }
}
