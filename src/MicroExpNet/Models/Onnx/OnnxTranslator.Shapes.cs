using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>The operators that change how a value's axes lie, but not its values.</summary>
internal sealed partial class OnnxTranslator
{
    private void TakeFlatten(OnnxNode node)
    {
        Activation x = Input(node, 0);
        long axis = Integer(node, "axis", 1);
        long rank = x.Order == AxisOrder.Vector ? 2 : 4;
        if (axis != 1 && axis != 1 - rank) throw Refuse(node, $"axis {axis} is not supported; expected 1");
        FlattenTo(node, x);
    }

    private void FlattenTo(OnnxNode node, Activation x)
    {
        if (x.Order == AxisOrder.Vector)
        {
            Alias(node, x);
            return;
        }

        TensorShape? flattened = x.Order == AxisOrder.ChannelsFirst && Activation.OrderMatters(x.Shape) ? x.Shape : null;
        Append(node, new Flatten(Name(node), x.Position, x.Shape), null, AxisOrder.Vector, flattened);
    }

    private void TakeReshape(OnnxNode node)
    {
        Activation x = Input(node, 0);
        long[] target = Constant(node, 1).Integers is { Length: > 0 } integers ? [.. integers] : throw Refuse(node, "its shape is not a list of whole numbers");
        long[] from = Dimensions(x);
        bool copiesZero = Integer(node, "allowzero", 0) == 0;
        for (int i = 1; i < target.Length; i++)
        {
            if (target[i] == 0 && copiesZero && i <= from.Length) target[i] = from[i - 1];
        }

        // The batch comes first: kept (0), left to be found (-1), or written out as one image.
        bool batchFirst = target[0] is 0 or -1 or 1;
        long known = target.Skip(1).Where(d => d >= 0).Aggregate(1L, (product, d) => product > int.MaxValue ? product : product * d);
        int open = Array.IndexOf(target, -1, 1);
        if (open > 0 && known > 0 && target[0] != -1) target[open] = x.Shape.Length / known;
        long[] to = target[1..];
        if (!batchFirst || to.Any(d => d < 1) || to.Aggregate(1L, (product, d) => product > int.MaxValue ? product : product * d) != x.Shape.Length)
        {
            throw Refuse(node, $"it reshapes [batch,{string.Join(',', from)}] to [{string.Join(',', Constant(node, 1).Integers!)}]; expected the batch first and the same number of values");
        }

        if (to.Length == 1) FlattenTo(node, x);
        else if (to.Length == 3 && x.Flattened is null && IsSameOrder(from, to, x)) Relabel(node, x, to);
        else throw Refuse(node, $"it reshapes [batch,{string.Join(',', from)}] to [batch,{string.Join(',', to)}]; only flattening and moving axes of one are supported");
    }

    // Axes of one may move; all others must follow each other as before. A flat input may become any image of one channel.
    private static bool IsSameOrder(long[] from, long[] to, Activation x) =>
        from.Where(d => d != 1).SequenceEqual(to.Where(d => d != 1)) ||
        (x.Position == Layer.NetworkInput && x.Order == AxisOrder.Vector && to.Contains(1));

    private void Relabel(OnnxNode node, Activation x, long[] to)
    {
        TensorShape first = new((int)to[1], (int)to[2], (int)to[0]);
        TensorShape last = new((int)to[0], (int)to[1], (int)to[2]);
        if (first == x.Shape) Alias(node, x with { Order = AxisOrder.ChannelsFirst });
        else if (last == x.Shape) Alias(node, x with { Order = AxisOrder.ChannelsLast });
        else throw Refuse(node, $"it takes {x.Shape} for another image, [{string.Join(',', to)}]");
    }

    private void TakeTranspose(OnnxNode node)
    {
        if (TryConstant(node, 0, out OnnxTensor? constant) && constant.Floats is not null)
        {
            TransposeConstant(node, constant);
            return;
        }

        Activation x = Input(node, 0);
        List<long> permutation = node.Attributes.TryGetValue("perm", out OnnxAttribute? value) ? value.Integers : [];
        AxisOrder? order = (x.Order, permutation) switch
        {
            (AxisOrder.ChannelsFirst, [0, 2, 3, 1]) => AxisOrder.ChannelsLast,
            (AxisOrder.ChannelsLast, [0, 3, 1, 2]) => AxisOrder.ChannelsFirst,
            (not AxisOrder.Vector, [0, 1, 2, 3]) => x.Order,
            (AxisOrder.Vector, [0, 1]) => x.Order,
            _ => null,
        };
        Alias(node, x with { Order = order ?? throw Refuse(node, $"perm [{string.Join(',', permutation)}] is not supported; it may only bring channels first or last") });
    }

    // Weights that an exporter left untransposed.
    private void TransposeConstant(OnnxNode node, OnnxTensor constant)
    {
        List<long> permutation = node.Attributes.TryGetValue("perm", out OnnxAttribute? value) ? value.Integers : [1, 0];
        if (constant.Dimensions is not [long rows, long columns] || permutation is not [1, 0]) throw Refuse(node, "only a constant of two dimensions can be transposed");
        float[] transposed = new float[constant.Floats!.Length];
        for (long row = 0; row < rows; row++)
        {
            for (long column = 0; column < columns; column++) transposed[(column * rows) + row] = constant.Floats[(row * columns) + column];
        }

        _constants[node.Outputs[0]] = new OnnxTensor(node.Outputs[0], [columns, rows], transposed, null);
    }

    private void Alias(OnnxNode node, Activation x) => _values[node.Outputs[0]] = x with { Exclusive = x.Exclusive && IsExclusive(node.Outputs[0]) };

    private static long[] Dimensions(Activation x) => x.Order switch
    {
        AxisOrder.ChannelsFirst => [x.Shape.Channels, x.Shape.Height, x.Shape.Width],
        AxisOrder.ChannelsLast => [x.Shape.Height, x.Shape.Width, x.Shape.Channels],
        _ => [x.Shape.Length],
    };
}
