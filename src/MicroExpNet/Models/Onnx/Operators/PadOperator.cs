using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>Pad</c> of an image with zeros: a depthwise 1×1 convolution of factor 1 with that padding.</summary>
internal sealed class PadOperator() : OnnxOperator("Pad")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Input(node, 0);
        string mode = node.Text("mode");
        if (mode is not ("" or "constant"))
        {
            throw graph.Unsupported(node, $"mode '{OnnxNode.Cut(mode)}' is not supported; expected constant");
        }

        if (node.HasInput(3)) throw graph.Unsupported(node, "its axes are not supported; expected pads for all axes");
        float value = node.HasInput(2) ? graph.Floats(node, 2) is [float given] ? given : float.NaN : node.Float("value", 0);
        if (value != 0) throw graph.Unsupported(node, "it pads with another value than 0");
        IReadOnlyList<long>? pads = node.Integers("pads") ?? (node.HasInput(1) ? graph.Constant(node, 1).Integers : null);
        if (pads is not { Count: <= 8 }) throw graph.Unsupported(node, "its pads are no list of whole numbers");
        if (pads.All(pad => pad == 0))
        {
            graph.Alias(node, x);
            return;
        }

        Padding? padding = (x.Order, pads) switch
        {
            (AxisOrder.ChannelsFirst, [0, 0, var top, var left, 0, 0, var bottom, var right]) => Side(top, left, bottom, right),
            (AxisOrder.ChannelsLast, [0, var top, var left, 0, 0, var bottom, var right, 0]) => Side(top, left, bottom, right),
            _ => null,
        };
        if (padding is null)
        {
            throw graph.Unsupported(
                node, $"its pads are {OnnxNode.List([.. pads])}; expected 0 to {OnnxTranslator.MaxWindow} around an image");
        }

        int channels = x.Shape.Channels;
        graph.Reserve(node, 2L * channels);
        float[] ones = new float[channels];
        Array.Fill(ones, 1);
        Convolution layer = new(graph.NameOf(node), x.Position, x.Shape, Window.Square(1, 1), padding.Value, channels, channels);
        graph.Append(node, layer, new LayerParameters(ones, new float[channels]), x.Order);
    }

    private static Padding? Side(long top, long left, long bottom, long right) =>
        new[] { top, left, bottom, right }.All(pad => pad is >= 0 and <= OnnxTranslator.MaxWindow)
            ? new Padding((int)top, (int)left, (int)bottom, (int)right)
            : null;
}
