namespace MicroExpNet.Vision;

/// <summary>
/// Pixels of photos that were disposed of, for the next ones of the very same size: photos of one camera mostly are. A fresh array for
/// each costs a tenth of decoding it.
/// </summary>
internal static class PixelPool
{
    // Enough for a photo on every core, and no more than so many bytes in all.
    private const long MaxBytes = 256L << 20;

    private static readonly int MaxArrays = Math.Max(4, Environment.ProcessorCount);
    private static readonly Lock Guard = new();
    private static readonly LinkedList<byte[]> Free = [];
    private static long _bytes;

    /// <summary>An array of exactly a length, with anything in it.</summary>
    public static byte[] Rent(int length)
    {
        lock (Guard)
        {
            for (LinkedListNode<byte[]>? node = Free.First; node is not null; node = node.Next)
            {
                if (node.Value.Length != length) continue;
                Forget(node);
                return node.Value;
            }
        }

        return GC.AllocateUninitializedArray<byte>(length);
    }

    /// <summary>Takes an array that nobody uses any more; those returned longest ago make room.</summary>
    public static void Return(byte[] pixels)
    {
        if (pixels.Length > MaxBytes / 4) return;
        lock (Guard)
        {
            Free.AddFirst(pixels);
            _bytes += pixels.Length;
            while (Free.Count > MaxArrays || _bytes > MaxBytes) Forget(Free.Last!);
        }
    }

    private static void Forget(LinkedListNode<byte[]> node)
    {
        Free.Remove(node);
        _bytes -= node.Value.Length;
    }
}
