namespace MicroExpNet.Models.Onnx;

/// <summary><c>Cast</c>: of a constant between floats and whole numbers, or of a layer's output to the float it is.</summary>
internal sealed class CastOperator() : OnnxOperator("Cast")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        long to = node.Integer("to", 0);
        if (!graph.TryConstant(node, 0, out OnnxTensor? constant))
        {
            GraphValue x = graph.Input(node, 0);
            if (to != OnnxGraph.FloatType) throw graph.Unsupported(node, $"it casts a layer's output to type {to}; expected 1, float");
            graph.Alias(node, x);
            return;
        }

        if (to is not (OnnxGraph.FloatType or OnnxGraph.Int64Type or OnnxGraph.Int32Type))
        {
            throw graph.Unsupported(node, $"it casts to type {to}; expected float or a whole number");
        }

        if (to == OnnxGraph.FloatType ? constant.Floats is not null : constant.Integers is not null)
        {
            graph.SetConstant(node, constant);
            return;
        }

        if (constant.Count > OnnxTensor.MaxFolded || (constant.Floats is null && constant.Integers is null))
        {
            throw graph.Unsupported(node, "only small constants can be cast");
        }

        graph.SetConstant(node, to == OnnxGraph.FloatType
            ? new OnnxTensor(constant.Dimensions, Array.ConvertAll(constant.Integers!, value => (float)value))
            : new OnnxTensor(constant.Dimensions, Array.ConvertAll(constant.Floats!, value => (long)value)));
    }
}
