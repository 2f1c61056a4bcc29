using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>The operators that multiply by constants or add.</summary>
internal sealed partial class OnnxTranslator
{
    // A factor that cannot be folded into a fully connected layer becomes one of its own, with this many inputs at most.
    private const int MaxScaledFeatures = 4096;

    private void TakeGemm(OnnxNode node)
    {
        if (Integer(node, "transA", 0) != 0) throw Refuse(node, "transA is not supported");
        Activation x = Input(node, 0);
        (float[] weights, int inputs, int outputs) = Matrix(node, Integer(node, "transB", 0) != 0);
        float alpha = node.Attributes.TryGetValue("alpha", out OnnxAttribute? a) ? a.Float ?? 1 : 1;
        float beta = node.Attributes.TryGetValue("beta", out OnnxAttribute? b) ? b.Float ?? 1 : 1;
        float[] biases = new float[outputs];
        if (node.Inputs.Count > 2 && node.Inputs[2].Length > 0)
        {
            float[] values = Floats(node, 2);
            if (values.Length != 1 && values.Length != outputs) throw Refuse(node, $"it has {values.Length} biases for {outputs} outputs");
            for (int i = 0; i < outputs; i++) biases[i] = beta * values[values.Length == 1 ? 0 : i];
        }

        if (alpha != 1) weights = [.. weights.Select(weight => alpha * weight)];
        Connect(node, x, weights, inputs, biases);
    }

    private void TakeMatMul(OnnxNode node)
    {
        Activation x = Input(node, 0);
        (float[] weights, int inputs, int outputs) = Matrix(node, transposed: false);
        Connect(node, x, weights, inputs, new float[outputs]);
    }

    private void Connect(OnnxNode node, Activation x, float[] weights, int inputs, float[] biases)
    {
        if (x.Order != AxisOrder.Vector) throw Refuse(node, $"its input '{node.Inputs[0]}' is no vector; expected a Flatten or Reshape before it");
        if (inputs != x.Shape.Length) throw Refuse(node, $"its weights read {inputs} values; its input has {x.Shape.Length}");
        if (x.Flattened is not null)
        {
            int outputs = biases.Length;
            float[] reordered = new float[weights.Length];
            int[] rows = x.GraphIndexes();
            for (int i = 0; i < inputs; i++) weights.AsSpan(rows[i] * outputs, outputs).CopyTo(reordered.AsSpan(i * outputs));
            weights = reordered;
        }

        Append(node, new FullyConnected(Name(node), x.Position, x.Shape, biases.Length), new LayerParameters(weights, biases), AxisOrder.Vector);
        KeepWeightScales(node, outputAxis: node.Operator == "Gemm" && Integer(node, "transB", 0) != 0 ? 0 : 1);
    }

    /// <summary>The node's second input as [inputs, outputs].</summary>
    private (float[] Weights, int Inputs, int Outputs) Matrix(OnnxNode node, bool transposed)
    {
        float[] weights = Floats(node, 1);
        if (Constant(node, 1).Dimensions is not [long rows, long columns] || rows < 1 || columns < 1) throw Refuse(node, "its weights are no matrix");
        if (!transposed) return ([.. weights], (int)rows, (int)columns);
        float[] turned = new float[weights.Length];
        for (long row = 0; row < rows; row++)
        {
            for (long column = 0; column < columns; column++) turned[(column * rows) + row] = weights[(row * columns) + column];
        }

        return (turned, (int)columns, (int)rows);
    }

    private void TakeAdd(OnnxNode node)
    {
        if (node.Inputs.Count != 2) throw Refuse(node, $"it has {node.Inputs.Count} inputs; expected 2");
        int constant = TryConstant(node, 1, out _) ? 1 : TryConstant(node, 0, out _) ? 0 : -1;
        if (constant >= 0)
        {
            Activation value = Input(node, 1 - constant);
            float[] shifts = PerChannel(node, constant, value);
            Scale(node, value, [.. Enumerable.Repeat(1.0, shifts.Length)], [.. shifts.Select(shift => (double)shift)]);
            return;
        }

        Activation x = Input(node, 0);
        Activation y = Input(node, 1);
        if (x.Order != y.Order || x.Flattened != y.Flattened) throw Refuse(node, "its inputs have their axes in different orders");
        if (x.Shape != y.Shape) throw Refuse(node, $"it adds {x.Shape} to {y.Shape}; expected equal shapes");
        Append(node, new Add(Name(node), x.Position, y.Position, x.Shape, y.Shape), null, x.Order, x.Flattened);
    }

    private void TakeBatchNormalization(OnnxNode node)
    {
        Activation x = Input(node, 0);
        if (x.Order == AxisOrder.ChannelsLast) throw Refuse(node, "its input has its channels last");
        if (Integer(node, "training_mode", 0) != 0) throw Refuse(node, "training_mode is not supported");
        double epsilon = node.Attributes.TryGetValue("epsilon", out OnnxAttribute? value) ? value.Float ?? 1e-5f : 1e-5f;
        float[] gamma = Channels(1), beta = Channels(2), mean = Channels(3), variance = Channels(4);
        double[] scales = new double[gamma.Length];
        double[] shifts = new double[gamma.Length];
        int[] order = x.GraphIndexes();
        for (int i = 0; i < scales.Length; i++)
        {
            int j = x.Order == AxisOrder.Vector ? order[i] : i;
            if (variance[j] + epsilon <= 0) throw Refuse(node, $"the variance of channel {j} is {variance[j]}; expected 0 or more");
            scales[i] = gamma[j] / Math.Sqrt(variance[j] + epsilon);
            shifts[i] = beta[j] - (mean[j] * scales[i]);
        }

        Scale(node, x, scales, shifts);

        float[] Channels(int index)
        {
            float[] values = Floats(node, index);
            return values.Length == x.Shape.Channels ? values : throw Refuse(node, $"its constant '{node.Inputs[index]}' has {values.Length} values for {x.Shape.Channels} channels");
        }
    }

    /// <summary>
    /// Multiplies and shifts each channel: in the layer before where that is linear, not quantised, and nobody else reads it; else in a layer
    /// of its own.
    /// </summary>
    private void Scale(OnnxNode node, Activation x, double[] scales, double[] shifts)
    {
        if (x.Exclusive && x.Position >= 0 && _layers[x.Position] is Convolution or FullyConnected && !_weightScales.ContainsKey(x.Position))
        {
            LayerParameters before = _parameters[x.Position]!;
            int channels = scales.Length;
            float[] weights = [.. before.Weights.Select((weight, i) => (float)(weight * scales[i % channels]))];
            float[] biases = [.. before.Biases.Select((bias, i) => (float)((bias * scales[i]) + shifts[i]))];
            _parameters[x.Position] = new LayerParameters(weights, biases);
            Alias(node, x);
            return;
        }

        float[] shift = [.. shifts.Select(value => (float)value)];
        if (x.Order != AxisOrder.Vector)
        {
            Convolution layer = new(Name(node), x.Position, x.Shape, Window.Square(1, 1), default, x.Shape.Channels, x.Shape.Channels);
            Append(node, layer, new LayerParameters([.. scales.Select(value => (float)value)], shift), x.Order);
            return;
        }

        if (scales.Length > MaxScaledFeatures) throw Refuse(node, $"it scales {scales.Length} features behind no layer it can be folded into; expected {MaxScaledFeatures} at most");
        float[] diagonal = new float[scales.Length * scales.Length];
        for (int i = 0; i < scales.Length; i++) diagonal[(i * scales.Length) + i] = (float)scales[i];
        Append(node, new FullyConnected(Name(node), x.Position, x.Shape, scales.Length), new LayerParameters(diagonal, shift), AxisOrder.Vector, x.Flattened);
    }

    /// <summary>A constant to be added, one value a channel or feature, in the library's order.</summary>
    private float[] PerChannel(OnnxNode node, int index, Activation x)
    {
        float[] values = Floats(node, index);
        long[] shape = Constant(node, index).Dimensions;
        int channels = x.Shape.Channels;
        if (values.Length == 1) return [.. Enumerable.Repeat(values[0], channels)];
        bool fits = values.Length == channels && x.Order switch
        {
            AxisOrder.ChannelsFirst => shape is [_, 1, 1] or [1, _, 1, 1],
            _ => shape[^1] == channels,
        };
        if (!fits) throw Refuse(node, $"it adds a constant of shape [{string.Join(',', shape)}] to {x.Shape}; expected one value, or one for each channel");
        return x.Order == AxisOrder.Vector ? [.. x.GraphIndexes().Select(i => values[i])] : values;
    }
}
