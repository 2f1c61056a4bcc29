namespace MicroExpNet.Vision;

/// <summary>
/// Pixel arrays of photos that were disposed of, for the next photos of exactly their size, which photos of one camera mostly have. A new
/// array for each would cost a tenth of the time of decoding it.
/// </summary>
internal static class PixelPool
{
    // The pool keeps an array for every core, and no more than this in all; less where the process may have little memory.
    private static readonly long MaxBytes = Math.Min(256L << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16);

    private static readonly int MaxArrays = Math.Max(4, Environment.ProcessorCount);
    private static readonly Lock Guard = new();
    private static readonly LinkedList<byte[]> Free = [];
    private static long _bytes;

    /// <summary>An array of exactly a length; its content is undefined.</summary>
    public static byte[] Rent(int length)
    {
        lock (Guard)
        {
            for (LinkedListNode<byte[]>? node = Free.First; node is not null; node = node.Next)
            {
                if (node.Value.Length != length) continue;
                Remove(node);
                return node.Value;
            }
        }

        return GC.AllocateUninitializedArray<byte>(length);
    }

    /// <summary>Takes back an array that is no longer used. The arrays returned longest ago make room for it.</summary>
    public static void Return(byte[] pixels)
    {
        if (pixels.Length > MaxBytes / 4) return;
        lock (Guard)
        {
            Free.AddFirst(pixels);
            _bytes += pixels.Length;
            while (Free.Count > MaxArrays || _bytes > MaxBytes) Remove(Free.Last!);
        }
    }

    private static void Remove(LinkedListNode<byte[]> node)
    {
        Free.Remove(node);
        _bytes -= node.Value.Length;
    }
}
