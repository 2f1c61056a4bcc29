using System.Collections.Frozen;
using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>The operators of ONNX that the library has: the one list that reader, writer and messages follow.</summary>
internal static class OnnxOperators
{
    private static readonly OnnxOperator[] All =
    [
        new AddOperator(),
        new AveragePoolOperator(),
        new BatchNormalizationOperator(),
        new CastOperator(),
        new ClipOperator(),
        new ConcatOperator(),
        new ConstantOperator(),
        new ConstantOfShapeOperator(),
        new ConvOperator(),
        new DequantizeLinearOperator(),
        new DivOperator(),
        new DropoutOperator(),
        new EluOperator(),
        new ErfOperator(),
        new ExpandOperator(),
        new FlattenOperator(),
        new GatherOperator(),
        new GemmOperator(),
        new GlobalAveragePoolOperator(),
        new GlobalMaxPoolOperator(),
        new HardSigmoidOperator(),
        new HardSwishOperator(),
        new IdentityOperator(),
        new LeakyReluOperator(),
        new LogSoftmaxOperator(),
        new MatMulOperator(),
        new MaxPoolOperator(),
        new MulOperator(),
        new PReluOperator(),
        new PadOperator(),
        new QuantizeLinearOperator(),
        new ReduceMaxOperator(),
        new ReduceMeanOperator(),
        new ReluOperator(),
        new ReshapeOperator(),
        new SeluOperator(),
        new ShapeOperator(),
        new SigmoidOperator(),
        new SliceOperator(),
        new SoftmaxOperator(),
        new SoftplusOperator(),
        new SqueezeOperator(),
        new SubOperator(),
        new TanhOperator(),
        new TileOperator(),
        new TransposeOperator(),
        new UnsqueezeOperator(),
    ];

    private static readonly FrozenDictionary<string, OnnxOperator> ByName = All.ToFrozenDictionary(
        operation => operation.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<Type, OnnxOperator> ByLayer =
        All.Where(operation => operation.LayerType is not null).ToFrozenDictionary(operation => operation.LayerType!);

    /// <summary>The operators' names, in alphabetical order.</summary>
    public static IEnumerable<string> Names => All.Select(operation => operation.Name).Order(StringComparer.Ordinal);

    /// <summary>The operator of a name, or null.</summary>
    public static OnnxOperator? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The operator that a layer is written as.</summary>
    public static OnnxOperator Of(Layer layer) => ByLayer.TryGetValue(layer.GetType(), out OnnxOperator? operation)
        ? operation
        : throw new InvalidOperationException($"layer '{layer.Name}' ({layer.Kind}) has no ONNX operator");
}
