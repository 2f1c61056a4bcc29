using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// A convolution's 8-bit weights in the order its kernel reads them: filters in blocks of one or two vectors, and in each block, quad by
/// quad (four taps), the four weights of each filter. Filters past the last are zeros.
/// </summary>
/// <remarks>
/// Where an instruction set accumulates in 16 bits (<c>VPMADDUBSW</c>), the partial sums of two quads are added before they are widened.
/// Only quads whose weights cannot overflow are paired; the others follow singly. If one quad alone could overflow, all weights are split
/// into two parts, and the kernel makes one pass for each. So sums are exact, whatever the weights.
/// </remarks>
internal sealed unsafe class PackedByteFilters
{
    // 128: 255 times weights of one sign that add up to no more is below 2¹⁵.
    private const int MaxSumIn16Bits = short.MaxValue / byte.MaxValue;

    // Quads that wait for a partner at once.
    private const int MaxWaiting = 8;

    private readonly AlignedMemory<float> _memory;
    private readonly TapQuads _quads;
    private readonly int _filters;
    private readonly int _parts;
    private readonly int[] _partOf;

    /// <summary>Packs a layer's weights.</summary>
    /// <param name="weights">Integer weights, <c>[taps, filters]</c>; the filters of a group are adjacent.</param>
    /// <param name="sums">The initial value of each filter's accumulator, <c>[filters]</c>.</param>
    /// <param name="factors">What each filter's accumulator is multiplied by, <c>[filters]</c>.</param>
    /// <param name="quads">The taps in groups of four.</param>
    /// <param name="groups">Groups the filters divide into.</param>
    /// <param name="lanes">Accumulators in one vector.</param>
    /// <param name="accumulatesIn16Bits">Whether the instruction set accumulates in 16 bits.</param>
    public PackedByteFilters(
        ReadOnlySpan<sbyte> weights,
        ReadOnlySpan<int> sums,
        ReadOnlySpan<float> factors,
        TapQuads quads,
        int groups,
        int lanes,
        bool accumulatesIn16Bits)
    {
        _quads = quads;
        _filters = sums.Length;
        _parts = accumulatesIn16Bits ? PartsFor(weights) : 1;
        (Order, _partOf, Paired) = MakeOrder(weights, accumulatesIn16Bits);
        int filtersPerGroup = _filters / groups;
        List<FilterBlock> blocks = [];
        int length = 0;
        for (int group = 0; group < groups; group++)
        {
            for (int first = 0; first < filtersPerGroup;)
            {
                int left = filtersPerGroup - first, vectors = left > lanes ? 2 : 1, width = vectors * lanes;
                int values = Order.Length * width, firstFilter = (group * filtersPerGroup) + first;
                blocks.Add(new FilterBlock(group, firstFilter, Math.Min(left, width), vectors, length, length + values));
                length += values + (2 * width);
                first += width;
            }
        }

        Blocks = [.. blocks];
        _memory = new AlignedMemory<float>(length);
        foreach (FilterBlock block in Blocks)
        {
            sums.Slice(block.FirstFilter, block.Filters).CopyTo(new Span<int>(Sums(block), block.Filters));
            factors.Slice(block.FirstFilter, block.Filters).CopyTo(new Span<float>(Factors(block, lanes), block.Filters));
            Pack(weights, block, lanes);
        }
    }

    public readonly FilterBlock[] Blocks;

    /// <summary>Bytes that a layer's packed weights take, with what is needed to make them.</summary>
    /// <param name="quads">The taps in groups of four.</param>
    /// <param name="filters">Filters of all groups.</param>
    /// <param name="groups">Groups the filters divide into.</param>
    /// <param name="lanes">Accumulators in one vector.</param>
    public static double Bytes(TapQuads quads, int filters, int groups, int lanes)
    {
        const int Parts = 2, OrderBytes = 32;
        long vectors = ((long)(filters / groups) + lanes - 1) / lanes * groups;
        double blocks = (((((double)Parts * quads.Count) + 2) * lanes * sizeof(float)) + Unsafe.SizeOf<FilterBlock>()) * vectors;
        return blocks + ((double)quads.Count * (((double)filters * TapQuads.Length) + (Parts * OrderBytes)));
    }

    /// <summary>The quads in the order the kernel goes through them: pairs first.</summary>
    public readonly int[] Order;

    /// <summary>The number of quads in pairs, an even number.</summary>
    public readonly int Paired;

    public sbyte* Weights(FilterBlock block) => (sbyte*)(_memory.Pointer + block.Weights);

    public int* Sums(FilterBlock block) => (int*)(_memory.Pointer + block.Biases);

    public float* Factors(FilterBlock block, int lanes) => _memory.Pointer + block.Biases + (block.Vectors * lanes);

    private void Pack(ReadOnlySpan<sbyte> weights, FilterBlock block, int lanes)
    {
        sbyte* to = Weights(block);
        for (int i = 0; i < Order.Length; i++)
        {
            for (int filter = 0; filter < block.Vectors * lanes; filter++)
            {
                for (int index = 0; index < TapQuads.Length; index++)
                {
                    *to++ = (sbyte)(filter >= block.Filters ? 0 : Weight(weights, Order[i], index, block.FirstFilter + filter, _partOf[i]));
                }
            }
        }
    }

    // The parts of a weight differ by 1 at most and add up to it.
    private int Weight(ReadOnlySpan<sbyte> weights, int quad, int index, int filter, int part)
    {
        int tap = _quads.Tap(quad, index);
        if (tap < 0) return 0;
        int weight = weights[(tap * _filters) + filter];
        return (weight * (part + 1) / _parts) - (weight * part / _parts);
    }

    private static int PartsFor(ReadOnlySpan<sbyte> weights)
    {
        // Halves of 8-bit weights always fit.
        for (int tap = 0; tap < weights.Length; tap++)
        {
            if (Math.Abs((int)weights[tap]) > MaxSumIn16Bits / 2) return 2;
        }

        return 1;
    }

    // Pairs quads that fit, looking at a few that wait for a partner: its time is proportional to the number of weights.
    private (int[] Order, int[] PartOf, int Paired) MakeOrder(ReadOnlySpan<sbyte> weights, bool accumulatesIn16Bits)
    {
        List<(int Quad, int Part)> pairs = [], singles = [];
        for (int part = 0; part < _parts; part++)
        {
            byte[] loads = accumulatesIn16Bits ? Loads(weights, part) : [];
            List<int> waiting = [];
            for (int quad = 0; quad < _quads.Count; quad++)
            {
                int partner = waiting.FindIndex(other => !accumulatesIn16Bits || Fit(loads, other, quad));
                if (partner >= 0)
                {
                    pairs.Add((waiting[partner], part));
                    pairs.Add((quad, part));
                    waiting.RemoveAt(partner);
                    continue;
                }

                waiting.Add(quad);
                if (waiting.Count <= MaxWaiting) continue;
                singles.Add((waiting[0], part));
                waiting.RemoveAt(0);
            }

            foreach (int quad in waiting) singles.Add((quad, part));
        }

        (int Quad, int Part)[] all = [.. pairs, .. singles];
        return (Array.ConvertAll(all, one => one.Quad), Array.ConvertAll(all, one => one.Part), pairs.Count);
    }

    // [quad, filter, 4]: what the weights of the first two taps add to one 16-bit sum at most and, made positive, at least; then those of
    // the last two. Parts of weights make these no more than 128.
    private byte[] Loads(ReadOnlySpan<sbyte> weights, int part)
    {
        byte[] loads = new byte[(long)_quads.Count * _filters * TapQuads.Length];
        int at = 0;
        for (int quad = 0; quad < _quads.Count; quad++)
        {
            for (int filter = 0; filter < _filters; filter++)
            {
                for (int index = 0; index < TapQuads.Length; index += 2)
                {
                    int a = Weight(weights, quad, index, filter, part), b = Weight(weights, quad, index + 1, filter, part);
                    loads[at++] = (byte)(Math.Max(a, 0) + Math.Max(b, 0));
                    loads[at++] = (byte)(Math.Max(-a, 0) + Math.Max(-b, 0));
                }
            }
        }

        return loads;
    }

    private bool Fit(byte[] loads, int first, int second)
    {
        int length = _filters * TapQuads.Length;
        ReadOnlySpan<byte> a = loads.AsSpan(first * length, length), b = loads.AsSpan(second * length, length);
        for (int i = 0; i < length; i++)
        {
            if (a[i] + b[i] > MaxSumIn16Bits) return false;
        }

        return true;
    }
}
