namespace MicroExpNet.Training.Tests.Keras;

/// <summary>
/// Computes a Keras model in float64, each layer straight from its definition in Keras's documentation: images are
/// <c>[height, width, channels]</c>, kernels <c>[rows, columns, channels, filters]</c>. Shares nothing with what it checks.
/// </summary>
internal static class KerasInterpreter
{
    /// <summary>The output for one image.</summary>
    public static double[] Run(KerasTestModel model, double[] image)
    {
        Dictionary<string, double[]> values = new() { [model.Input] = image };
        foreach (KerasTestLayer layer in model.Layers.Skip(1))
        {
            double[][] inputs = [.. layer.Inputs.Select(name => values[name])];
            int[] shape = model.Shapes[layer.Inputs[0]], result = model.Shapes[layer.Name];
            values[layer.Name] = layer.Model is { } nested ? Run(nested, inputs[0]) : Run(layer, inputs, shape, result, model);
        }

        return values[model.Output];
    }

    private static double[] Run(KerasTestLayer layer, double[][] inputs, int[] shape, int[] result, KerasTestModel model)
    {
        double[] x = inputs[0];
        switch (layer.Kind)
        {
            case "Conv2D":
                return Activate(
                    Convolve(layer, x, shape, result, layer["kernel"], layer.Get<int>("groups")), result, layer.Get<string>("activation"));
            case "DepthwiseConv2D":
                return Activate(Depthwise(layer, x, shape, result, layer.Get<bool>("use_bias")), result, layer.Get<string>("activation"));
            case "SeparableConv2D":
                int[] middle = [result[0], result[1], shape[2] * layer.Get<int>("depth_multiplier")];
                return Activate(
                    Pointwise(layer, Depthwise(layer, x, shape, middle, false), middle, result), result, layer.Get<string>("activation"));
            case "BatchNormalization":
                return Normalize(layer, x, shape[^1]);
            case "Activation":
                return Activate(x, shape, layer.Get<string>("activation"));
            case "ReLU":
                return [.. x.Select(value => Math.Clamp(value, 0, layer.Get<double>("max_value")))];
            case "MaxPooling2D" or "AveragePooling2D":
                return Pool(layer, x, shape, result);
            case "GlobalAveragePooling2D" or "GlobalMaxPooling2D":
                double[][] pixels = [.. x.Chunk(shape[2])];
                return [.. Enumerable.Range(0, shape[2]).Select(c => layer.Kind == "GlobalMaxPooling2D"
                    ? pixels.Max(pixel => pixel[c]) : pixels.Average(pixel => pixel[c]))];
            case "ZeroPadding2D":
                return Pad(layer, x, shape, result);
            case "Concatenate":
                return Concatenate(inputs, [.. layer.Inputs.Select(name => model.Shapes[name])], layer.Get<int>("axis"));
            case "Add" or "Multiply":
                return Combine(inputs, [.. layer.Inputs.Select(name => model.Shapes[name])], result, layer.Kind == "Add");
            case "Dropout" or "Flatten" or "Reshape":
                return x;
            case "Dense":
                return Activate(Connect(layer, x, result[0]), result, layer.Get<string>("activation"));
            default:
                throw new InvalidOperationException(layer.Kind);
        }
    }

    // For each output, the window's first row or column, as TensorFlow pads: the odd pixel at the end.
    private static (int Y, int X) Origin(KerasTestLayer layer, int[] shape, int[] result, (int Y, int X) size, (int Y, int X) dilation)
    {
        if (layer.Get<string>("padding") == "valid") return (0, 0);
        (int Y, int X) strides = layer.Pair("strides");
        return (Before(shape[0], result[0], size.Y, strides.Y, dilation.Y), Before(shape[1], result[1], size.X, strides.X, dilation.X));

        static int Before(int length, int outputs, int size, int stride, int dilation) =>
            -(Math.Max(0, ((outputs - 1) * stride) + ((size - 1) * dilation) + 1 - length) / 2);
    }

    private static double[] Convolve(KerasTestLayer layer, double[] x, int[] shape, int[] result, float[] kernel, int groups)
    {
        (int Y, int X) size = layer.Pair("kernel_size"), strides = layer.Pair("strides"), dilation = layer.Pair("dilation_rate");
        (int Y, int X) origin = Origin(layer, shape, result, size, dilation);
        int channels = shape[2] / groups, filters = result[2], filtersInGroup = filters / groups;
        double[] output = new double[result[0] * result[1] * filters];
        float[]? bias = layer.Get<bool>("use_bias") ? layer["bias"] : null;
        Parallel.For(0, result[0], row =>
        {
            for (int column = 0; column < result[1]; column++)
            {
                Span<double> sums = output.AsSpan(((row * result[1]) + column) * filters, filters);
                for (int f = 0; bias is not null && f < filters; f++) sums[f] = bias[f];
                for (int i = 0; i < size.Y; i++)
                {
                    int y = origin.Y + (row * strides.Y) + (i * dilation.Y);
                    if (y < 0 || y >= shape[0]) continue;
                    for (int j = 0; j < size.X; j++)
                    {
                        int across = origin.X + (column * strides.X) + (j * dilation.X);
                        if (across < 0 || across >= shape[1]) continue;
                        for (int group = 0; group < groups; group++)
                        {
                            for (int c = 0; c < channels; c++)
                            {
                                double value = x[(((y * shape[1]) + across) * shape[2]) + (group * channels) + c];
                                int first = (((((i * size.X) + j) * channels) + c) * filters) + (group * filtersInGroup);
                                Span<double> part = sums.Slice(group * filtersInGroup, filtersInGroup);
                                for (int f = 0; f < part.Length; f++) part[f] += value * kernel[first + f];
                            }
                        }
                    }
                }
            }
        });
        return output;
    }

    private static double[] Depthwise(KerasTestLayer layer, double[] x, int[] shape, int[] result, bool hasBias)
    {
        (int Y, int X) size = layer.Pair("kernel_size"), strides = layer.Pair("strides");
        (int Y, int X) origin = Origin(layer, shape, result, size, (1, 1));
        int multiplier = layer.Get<int>("depth_multiplier");
        float[] kernel = layer["depthwise_kernel"];
        double[] output = new double[result[0] * result[1] * result[2]];
        for (int at = 0; at < output.Length; at++)
        {
            int filter = at % result[2], column = at / result[2] % result[1], row = at / result[2] / result[1];
            double sum = hasBias ? layer["bias"][filter] : 0;
            for (int i = 0; i < size.Y; i++)
            {
                for (int j = 0; j < size.X; j++)
                {
                    (int y, int across) = (origin.Y + (row * strides.Y) + i, origin.X + (column * strides.X) + j);
                    if (y < 0 || y >= shape[0] || across < 0 || across >= shape[1]) continue;
                    double value = x[(((y * shape[1]) + across) * shape[2]) + (filter / multiplier)];
                    sum += value * kernel[((((i * size.X) + j) * shape[2]) + (filter / multiplier)) * multiplier + (filter % multiplier)];
                }
            }

            output[at] = sum;
        }

        return output;
    }

    private static double[] Pointwise(KerasTestLayer layer, double[] x, int[] shape, int[] result)
    {
        float[] kernel = layer["pointwise_kernel"];
        return [.. x.Chunk(shape[2]).SelectMany(pixel => Enumerable.Range(0, result[2]).Select(f =>
            (layer.Get<bool>("use_bias") ? layer["bias"][f] : 0.0) + pixel.Select((value, c) => value * kernel[(c * result[2]) + f])
                .Sum()))];
    }

    private static double[] Normalize(KerasTestLayer layer, double[] x, int channels)
    {
        float[] mean = layer["moving_mean"], variance = layer["moving_variance"];
        float[]? gamma = layer.Get<bool>("scale") ? layer["gamma"] : null, beta = layer.Get<bool>("center") ? layer["beta"] : null;
        double epsilon = layer.Get<double>("epsilon");
        return [.. x.Select((value, i) =>
        {
            int c = i % channels;
            return ((value - mean[c]) / Math.Sqrt(variance[c] + epsilon) * (gamma?[c] ?? 1)) + (beta?[c] ?? 0);
        })];
    }

    private static double[] Activate(double[] x, int[] shape, string activation) => activation switch
    {
        "linear" => x,
        "relu" => [.. x.Select(value => Math.Max(value, 0))],
        "relu6" => [.. x.Select(value => Math.Clamp(value, 0, 6))],
        "sigmoid" => [.. x.Select(value => 1 / (1 + Math.Exp(-value)))],
        "tanh" => [.. x.Select(Math.Tanh)],
        "elu" => [.. x.Select(value => value > 0 ? value : Math.Exp(value) - 1)],
        "swish" => [.. x.Select(value => value / (1 + Math.Exp(-value)))],
        "softmax" => [.. x.Chunk(shape[^1]).SelectMany(values =>
        {
            double sum = values.Sum(Math.Exp);
            return values.Select(value => Math.Exp(value) / sum);
        })],
        _ => throw new InvalidOperationException(activation),
    };

    private static double[] Pool(KerasTestLayer layer, double[] x, int[] shape, int[] result)
    {
        (int Y, int X) size = layer.Pair("pool_size"), strides = layer.Pair("strides"), origin = Origin(layer, shape, result, size, (1, 1));
        double[] output = new double[result[0] * result[1] * result[2]];
        for (int at = 0; at < output.Length; at++)
        {
            int channel = at % result[2], column = at / result[2] % result[1], row = at / result[2] / result[1];
            List<double> inside = [];
            for (int y = origin.Y + (row * strides.Y); y < origin.Y + (row * strides.Y) + size.Y; y++)
            {
                for (int across = origin.X + (column * strides.X); across < origin.X + (column * strides.X) + size.X; across++)
                {
                    if (y < 0 || y >= shape[0] || across < 0 || across >= shape[1]) continue;
                    inside.Add(x[(((y * shape[1]) + across) * shape[2]) + channel]);
                }
            }

            output[at] = layer.Kind == "MaxPooling2D" ? inside.Max() : inside.Average();
        }

        return output;
    }

    private static double[] Pad(KerasTestLayer layer, double[] x, int[] shape, int[] result)
    {
        int top = layer.Config["padding"]![0]![0]!.GetValue<int>(), left = layer.Config["padding"]![1]![0]!.GetValue<int>();
        double[] output = new double[result[0] * result[1] * result[2]];
        for (int y = 0; y < shape[0]; y++)
        {
            Array.Copy(
                x, y * shape[1] * shape[2], output, (((y + top) * result[1]) + left) * shape[2], shape[1] * shape[2]);
        }

        return output;
    }

    private static double[] Concatenate(double[][] inputs, int[][] shapes, int axis)
    {
        int at = axis < 0 ? axis + shapes[0].Length : axis - 1;
        int outer = shapes[0].Take(at).Aggregate(1, (a, b) => a * b);
        return [.. Enumerable.Range(0, outer).SelectMany(i => inputs.SelectMany(input =>
            input.Skip(i * (input.Length / outer)).Take(input.Length / outer)))];
    }

    private static double[] Combine(double[][] inputs, int[][] shapes, int[] result, bool isSum)
    {
        double[] output = new double[result.Aggregate((a, b) => a * b)];
        for (int at = 0; at < output.Length; at++)
        {
            double value = isSum ? 0 : 1;
            for (int k = 0; k < inputs.Length; k++)
            {
                // Sizes of 1 are repeated.
                int rest = at, from = 0, step = 1;
                for (int d = result.Length - 1; d >= 0; d--)
                {
                    from += rest % result[d] % shapes[k][d] * step;
                    (rest, step) = (rest / result[d], step * shapes[k][d]);
                }

                value = isSum ? value + inputs[k][from] : value * inputs[k][from];
            }

            output[at] = value;
        }

        return output;
    }

    private static double[] Connect(KerasTestLayer layer, double[] x, int units)
    {
        float[] kernel = layer["kernel"];
        return [.. Enumerable.Range(0, units).Select(unit =>
            (layer.Get<bool>("use_bias") ? layer["bias"][unit] : 0.0) + x.Select((value, i) => value * kernel[(i * units) + unit]).Sum())];
    }
}
