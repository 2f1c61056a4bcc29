using System.Collections.Immutable;
using Google.Protobuf;

namespace MicroExpNet.Checkpoints;

/// <summary>Where a tensor lies in a checkpoint's data files: TensorFlow's <c>BundleEntryProto</c>.</summary>
internal sealed class BundleEntry(int dataType, ImmutableArray<long> shape, int shard, long offset, long size, uint checksum, bool isSliced)
{
    public readonly int DataType = dataType;

    public readonly ImmutableArray<long> Shape = shape;

    public readonly int Shard = shard;

    public readonly long Offset = offset;

    public readonly long Size = size;

    public readonly uint Checksum = checksum;

    public readonly bool IsSliced = isSliced;

    public const int FloatType = 1;

    private const int DataTypeField = 1;
    private const int ShapeField = 2;
    private const int ShardField = 3;
    private const int OffsetField = 4;
    private const int SizeField = 5;
    private const int ChecksumField = 6;
    private const int SlicesField = 7;

    private const int ShapeDimensionField = 2;
    private const int DimensionSizeField = 1;

    /// <summary>Values in the tensor, or −1 where that is no sensible number.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (long dimension in Shape)
            {
                if (dimension is < 1 or > int.MaxValue || count > int.MaxValue) return -1;
                count *= dimension;
            }

            return count > int.MaxValue ? -1 : count;
        }
    }

    /// <exception cref="InvalidProtocolBufferException">The bytes are no such message.</exception>
    public static BundleEntry Parse(byte[] file, int start, int end)
    {
        int type = 0, shard = 0;
        long offset = 0, size = 0;
        uint checksum = 0;
        bool sliced = false;
        ImmutableArray<long> shape = [];
        CodedInputStream input = new(file, start, end - start);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case DataTypeField: type = input.ReadEnum(); break;
                case ShapeField: shape = ParseShape(input.ReadBytes().CreateCodedInput()); break;
                case ShardField: shard = input.ReadInt32(); break;
                case OffsetField: offset = input.ReadInt64(); break;
                case SizeField: size = input.ReadInt64(); break;
                case ChecksumField: checksum = input.ReadFixed32(); break;
                case SlicesField: sliced = true; input.SkipLastField(); break;
                default: input.SkipLastField(); break;
            }
        }

        return new BundleEntry(type, shape, shard, offset, size, checksum, sliced);
    }

    private static ImmutableArray<long> ParseShape(CodedInputStream input)
    {
        ImmutableArray<long>.Builder shape = ImmutableArray.CreateBuilder<long>();
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) != ShapeDimensionField)
            {
                input.SkipLastField();
                continue;
            }

            long size = 0;
            CodedInputStream dimension = input.ReadBytes().CreateCodedInput();
            for (uint field = dimension.ReadTag(); field != 0; field = dimension.ReadTag())
            {
                if (WireFormat.GetTagFieldNumber(field) == DimensionSizeField) size = dimension.ReadInt64();
                else dimension.SkipLastField();
            }

            shape.Add(size);
        }

        return shape.ToImmutable();
    }
}
