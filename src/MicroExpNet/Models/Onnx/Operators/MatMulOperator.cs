namespace MicroExpNet.Models.Onnx;

/// <summary><c>MatMul</c> by a constant matrix: a fully connected layer without biases. The library writes <c>Gemm</c>.</summary>
internal sealed class MatMulOperator() : OnnxOperator("MatMul")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        (float[] weights, int inputs, int outputs) = FullyConnectedReader.Matrix(node, isTransposed: false, graph);
        FullyConnectedReader.Append(node, weights, inputs, new float[outputs], outputAxis: 1, graph);
    }
}
