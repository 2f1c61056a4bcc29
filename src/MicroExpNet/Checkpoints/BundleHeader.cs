using Google.Protobuf;

namespace MicroExpNet.Checkpoints;

/// <summary>What holds for a whole checkpoint: TensorFlow's <c>BundleHeaderProto</c>, the entry with the empty key.</summary>
internal readonly struct BundleHeader(int shards, bool isBigEndian)
{
    public readonly int Shards = shards;

    public readonly bool IsBigEndian = isBigEndian;

    private const int ShardsField = 1;
    private const int EndiannessField = 2;

    /// <exception cref="InvalidProtocolBufferException">The bytes are no such message.</exception>
    public static BundleHeader Parse(byte[] file, int start, int end)
    {
        int shards = 0, endianness = 0;
        CodedInputStream input = new(file, start, end - start);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case ShardsField: shards = input.ReadInt32(); break;
                case EndiannessField: endianness = input.ReadEnum(); break;
                default: input.SkipLastField(); break;
            }
        }

        return new BundleHeader(shards, endianness != 0);
    }
}
