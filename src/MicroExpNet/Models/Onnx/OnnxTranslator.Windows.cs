using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>The operators that slide a window over an image.</summary>
internal sealed partial class OnnxTranslator
{
    private void TakeConvolution(OnnxNode node)
    {
        Activation x = Image(node);
        float[] weights = Floats(node, 1);
        long[] shape = Constant(node, 1).Dimensions;
        if (shape.Length != 4) throw Refuse(node, $"its weights have {shape.Length} dimensions; expected 4");
        int filters = Size(node, shape[0], "filters");
        int channels = Size(node, shape[1], "channels");
        Window window = ReadWindow(node, shape[2], shape[3]);
        long groups = Integer(node, "group", 1);
        if (groups < 1 || groups * channels != x.Shape.Channels)
        {
            throw Refuse(node, $"its weights read {channels} channels in {groups} groups; its input has {x.Shape.Channels}");
        }

        float[] biases = new float[filters];
        if (node.Inputs.Count > 2 && node.Inputs[2].Length > 0)
        {
            biases = [.. Floats(node, 2)];
            if (biases.Length != filters) throw Refuse(node, $"it has {biases.Length} biases for {filters} filters");
        }

        Padding padding = ReadPadding(node, x.Shape, window);
        Convolution layer = new(Name(node), x.Position, x.Shape, window, padding, filters, (int)groups);
        Append(node, layer, new LayerParameters(ToTensorFlowOrder(weights, filters, channels, window), biases), AxisOrder.ChannelsFirst);
        KeepWeightScales(node, outputAxis: 0);
    }

    private void TakeMaxPool(OnnxNode node)
    {
        if (node.Outputs.Count > 1 && _readers.ContainsKey(node.Outputs[1])) throw Refuse(node, "the indices of the greatest values are not supported");
        Activation x = Image(node);
        Window window = ReadPoolWindow(node);
        Padding padding = ReadPadding(node, x.Shape, window);
        if (Integer(node, "ceil_mode", 0) != 0) padding = RoundUp(x.Shape, window, padding);
        Append(node, new MaxPool(Name(node), x.Position, x.Shape, window, padding), null, AxisOrder.ChannelsFirst);
    }

    private void TakeAveragePool(OnnxNode node)
    {
        if (Integer(node, "ceil_mode", 0) != 0) throw Refuse(node, "ceil_mode is not supported for averages");
        Activation x = Image(node);
        Window window = ReadPoolWindow(node);
        Padding padding = ReadPadding(node, x.Shape, window);
        bool countPadding = Integer(node, "count_include_pad", 0) != 0 && !padding.IsNone;
        Append(node, new AveragePool(Name(node), x.Position, x.Shape, window, padding, countPadding), null, AxisOrder.ChannelsFirst);
    }

    private void TakeGlobalAveragePool(OnnxNode node)
    {
        Activation x = Image(node);
        Append(node, new GlobalAveragePool(Name(node), x.Position, x.Shape), null, AxisOrder.ChannelsFirst);
    }

    private Window ReadPoolWindow(OnnxNode node) =>
        node.Attributes.TryGetValue("kernel_shape", out OnnxAttribute? kernel) && kernel.Integers is [long height, long width]
            ? ReadWindow(node, height, width)
            : throw Refuse(node, "its kernel_shape is missing or not of two dimensions");

    private Window ReadWindow(OnnxNode node, long height, long width)
    {
        if (node.Attributes.TryGetValue("kernel_shape", out OnnxAttribute? kernel) && !kernel.Integers.SequenceEqual([height, width]))
        {
            throw Refuse(node, $"its kernel_shape is not that of its weights, [{height},{width}]");
        }

        if (node.Attributes.TryGetValue("dilations", out OnnxAttribute? dilations) && dilations.Integers.Any(dilation => dilation != 1))
        {
            throw Refuse(node, $"dilations [{string.Join(',', dilations.Integers)}] are not supported; expected 1");
        }

        List<long> strides = node.Attributes.TryGetValue("strides", out OnnxAttribute? attribute) ? attribute.Integers : [1, 1];
        if (strides.Count != 2) throw Refuse(node, $"it has {strides.Count} strides; expected 2");
        return new Window(Size(node, height, "kernel rows"), Size(node, width, "kernel columns"), Size(node, strides[0], "stride"), Size(node, strides[1], "stride"));
    }

    private Padding ReadPadding(OnnxNode node, TensorShape input, Window window)
    {
        string auto = node.Attributes.TryGetValue("auto_pad", out OnnxAttribute? value) ? value.Text ?? "" : "";
        Padding same = Padding.Same(input, window);
        switch (auto)
        {
            case "SAME_UPPER":
                return same;
            case "SAME_LOWER":
                return new Padding(same.Bottom, same.Right, same.Top, same.Left);
            case "VALID":
                return default;
            case "" or "NOTSET":
                break;
            default:
                throw Refuse(node, $"auto_pad '{auto}' is unknown; expected NOTSET, SAME_UPPER, SAME_LOWER or VALID");
        }

        if (!node.Attributes.TryGetValue("pads", out OnnxAttribute? pads)) return default;
        if (pads.Integers is not [long top, long left, long bottom, long right] || pads.Integers.Any(pad => pad is < 0 or > MaxWindow))
        {
            throw Refuse(node, $"its pads are [{string.Join(',', pads.Integers)}]; expected four of 0 to {MaxWindow}");
        }

        return new Padding((int)top, (int)left, (int)bottom, (int)right);
    }

    // A last window that would start in the image or in the padding before it, though it reaches past the end.
    private static Padding RoundUp(TensorShape input, Window window, Padding padding)
    {
        int bottom = Missing(input.Height, window.Height, window.StrideY, padding.Top, padding.Bottom);
        int right = Missing(input.Width, window.Width, window.StrideX, padding.Left, padding.Right);
        return padding with { Bottom = padding.Bottom + bottom, Right = padding.Right + right };

        static int Missing(int size, int window, int stride, int before, int after)
        {
            int over = (size + before + after - window) % stride;
            if (over <= 0) return 0;
            int start = size + before + after - window - over + stride;
            return start < size + before ? stride - over : 0;
        }
    }

    private int Size(OnnxNode node, long value, string what) =>
        value is >= 1 and <= MaxWindow ? (int)value : throw Refuse(node, $"its {what} are {value}; expected 1 to {MaxWindow}");

    /// <summary>[filters, channels, rows, columns] to [rows, columns, channels, filters].</summary>
    private static float[] ToTensorFlowOrder(float[] weights, int filters, int channels, Window window)
    {
        float[] reordered = new float[weights.Length];
        int places = window.Height * window.Width;
        for (int filter = 0; filter < filters; filter++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                for (int place = 0; place < places; place++)
                {
                    reordered[(((place * channels) + channel) * filters) + filter] = weights[(((filter * channels) + channel) * places) + place];
                }
            }
        }

        return reordered;
    }
}
