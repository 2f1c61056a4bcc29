namespace MicroExpNet.Models.Onnx;

/// <summary><c>BatchNormalization</c> with constant statistics: a factor and a shift for each channel.</summary>
internal sealed class BatchNormalizationOperator() : OnnxOperator("BatchNormalization")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Input(node, 0);
        if (x.Order == AxisOrder.ChannelsLast) throw graph.Unsupported(node, "its input has its channels last");
        if (node.Integer("training_mode", 0) != 0) throw graph.Unsupported(node, "training_mode is not supported");
        double epsilon = node.Float("epsilon", 1e-5f);
        float[] gamma = Channels(1), beta = Channels(2), mean = Channels(3), variance = Channels(4);
        double[] scales = new double[gamma.Length], shifts = new double[gamma.Length];
        int[]? order = x.GraphIndexes();
        for (int i = 0; i < scales.Length; i++)
        {
            int j = order is null ? i : order[i];
            if (!(variance[j] + epsilon > 0))
            {
                throw graph.Unsupported(node, $"the variance of channel {j} is {variance[j]}, epsilon {epsilon}; expected a sum above 0");
            }

            scales[i] = gamma[j] / Math.Sqrt(variance[j] + epsilon);
            shifts[i] = beta[j] - (mean[j] * scales[i]);
        }

        ChannelScale.Apply(node, x, scales, shifts, graph);

        float[] Channels(int index)
        {
            float[] values = graph.Floats(node, index);
            if (values.Length == x.Shape.Channels) return values;
            throw graph.Unsupported(
                node, $"its constant {node.InputName(index)} has {values.Length} values for {x.Shape.Channels} channels");
        }
    }
}
