using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Counts;

namespace MicroExpNet.Inference.EightBit;

/// <summary>Where an input transform reads: bytes of the image, or the 16-bit integers of its first pass.</summary>
internal static unsafe class WordSource<TWords, TVector, TSize>
    where TWords : struct, IWordLanes<TVector>
    where TVector : unmanaged
    where TSize : struct, ICount
{
    /// <summary>Loads a vector.</summary>
    /// <param name="from">Its first value, of <typeparamref name="TSize"/> bytes.</param>
    /// <param name="zeroPoint">What is subtracted from bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(byte* from, TVector zeroPoint) =>
        TSize.Value == 1 ? TWords.Subtract(TWords.LoadBytes(from), zeroPoint) : TWords.Load((short*)from);
}
