namespace MicroExpNet.Models.Onnx;

/// <summary><c>Transpose</c>: channels from first to last or back, or a constant matrix.</summary>
internal sealed class TransposeOperator() : OnnxOperator("Transpose")
{
    /// <summary>A matrix with its rows and columns swapped.</summary>
    public static T[] Transpose<T>(T[] matrix, int rows, int columns)
    {
        T[] transposed = new T[matrix.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++) transposed[(column * rows) + row] = matrix[(row * columns) + column];
        }

        return transposed;
    }

    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        if (graph.TryConstant(node, 0, out OnnxTensor? constant))
        {
            if (constant.Dimensions is not [long rows, long columns] || (node.Integers("perm") ?? [1, 0]) is not [1, 0])
            {
                throw graph.Unsupported(node, "only a constant of two dimensions can be transposed");
            }

            graph.Reserve(node, 2 * constant.Count);
            graph.SetConstant(node, (constant.Floats, constant.Integers) switch
            {
                ({ } floats, _) => new OnnxTensor([columns, rows], Transpose(floats, (int)rows, (int)columns)),
                (_, { } integers) => new OnnxTensor([columns, rows], Transpose(integers, (int)rows, (int)columns)),
                _ => throw graph.Unsupported(node, "its constant is of a type this library does not read"),
            });
            return;
        }

        GraphValue x = graph.Input(node, 0);
        IReadOnlyList<long> permutation = node.Integers("perm") ?? [];
        AxisOrder? order = (x.Order, permutation) switch
        {
            (AxisOrder.ChannelsFirst, [0, 2, 3, 1]) => AxisOrder.ChannelsLast,
            (AxisOrder.ChannelsLast, [0, 3, 1, 2]) => AxisOrder.ChannelsFirst,
            (not AxisOrder.Vector, [0, 1, 2, 3]) => x.Order,
            (AxisOrder.Vector, [0, 1]) => x.Order,
            _ => null,
        };
        if (order is null)
        {
            throw graph.Unsupported(node, $"perm {OnnxNode.List(permutation)} is not supported; it may only bring channels first or last");
        }

        graph.Alias(node, x with { Order = order.Value });
    }
}
