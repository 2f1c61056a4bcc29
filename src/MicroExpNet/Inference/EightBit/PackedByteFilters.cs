using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// A convolution's 8-bit weights in the order its kernel reads them: filters in blocks of one or two vectors, and in each block, two quads of
/// taps at a time, these weights of each filter. Filters past the last are zeros.
/// </summary>
/// <remarks>
/// Where an instruction set sums products in 16 bits, those of the first two taps of two quads are summed together, and those of their last
/// two: only quads whose weights allow it become pairs, and the others come behind them, one by one. If a quad alone is too large, each weight is divided
/// into parts, and all quads are gone through as often. So sums are exact, whatever the weights.
/// </remarks>
internal sealed unsafe class PackedByteFilters
{
    // Bytes of 255 times weights of one sign that add up to no more are less than 32768.
    private const int MaxSumInWords = short.MaxValue / byte.MaxValue;

    private readonly AlignedMemory<float> _memory;
    private readonly TapQuads _quads;
    private readonly int _filters;
    private readonly int _parts;
    private readonly int[] _partOf;

    /// <summary>Packs a layer's weights.</summary>
    /// <param name="weights">In steps, <c>[taps, filters]</c>, where a group's filters lie next to each other.</param>
    /// <param name="sums">What each filter's sum begins with, <c>[filters]</c>.</param>
    /// <param name="factors">What one step of each filter's sum becomes, <c>[filters]</c>.</param>
    /// <param name="quads">The taps by fours.</param>
    /// <param name="groups">Groups the filters divide into.</param>
    /// <param name="lanes">Sums in one vector.</param>
    /// <param name="sumsInWords">Whether products are summed in 16 bits.</param>
    public PackedByteFilters(ReadOnlySpan<sbyte> weights, ReadOnlySpan<int> sums, ReadOnlySpan<float> factors, TapQuads quads, int groups, int lanes, bool sumsInWords)
    {
        _quads = quads;
        _filters = sums.Length;
        _parts = sumsInWords ? PartsFor(weights) : 1;
        (Order, _partOf, Paired) = MakeOrder(weights, sumsInWords);
        int filtersPerGroup = _filters / groups;
        List<FilterBlock> blocks = [];
        int length = 0;
        for (int group = 0; group < groups; group++)
        {
            for (int first = 0; first < filtersPerGroup;)
            {
                int left = filtersPerGroup - first, vectors = left > lanes ? 2 : 1, width = vectors * lanes;
                int values = Order.Length * width;
                blocks.Add(new FilterBlock(group, (group * filtersPerGroup) + first, Math.Min(left, width), vectors, length, length + values));
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

    public FilterBlock[] Blocks { get; }

    /// <summary>The quads in the order the kernel goes through them: pairs first.</summary>
    public int[] Order { get; }

    /// <summary>How many quads at the beginning are pairs, by twos.</summary>
    public int Paired { get; }

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
            if (Math.Abs((int)weights[tap]) > MaxSumInWords / 2) return 2;
        }

        return 1;
    }

    private (int[] Order, int[] PartOf, int Paired) MakeOrder(ReadOnlySpan<sbyte> weights, bool sumsInWords)
    {
        List<(int Quad, int Part)> pairs = [], singles = [];
        for (int part = 0; part < _parts; part++)
        {
            List<int> left = [.. Enumerable.Range(0, _quads.Count)];
            while (left.Count > 0)
            {
                int first = left[0], partner = 1;
                while (partner < left.Count && sumsInWords && !Fit(weights, first, left[partner], part)) partner++;
                if (partner < left.Count)
                {
                    pairs.Add((first, part));
                    pairs.Add((left[partner], part));
                    left.RemoveAt(partner);
                }
                else
                {
                    singles.Add((first, part));
                }

                left.RemoveAt(0);
            }
        }

        (int Quad, int Part)[] all = [.. pairs, .. singles];
        return ([.. all.Select(one => one.Quad)], [.. all.Select(one => one.Part)], pairs.Count);
    }

    private bool Fit(ReadOnlySpan<sbyte> weights, int first, int second, int part)
    {
        for (int filter = 0; filter < _filters; filter++)
        {
            for (int index = 0; index < TapQuads.Length; index += 2)
            {
                int above = 0, below = 0;
                for (int i = index; i < index + 2; i++)
                {
                    int a = Weight(weights, first, i, filter, part), b = Weight(weights, second, i, filter, part);
                    above += Math.Max(a, 0) + Math.Max(b, 0);
                    below += Math.Max(-a, 0) + Math.Max(-b, 0);
                }

                if (Math.Max(above, below) > MaxSumInWords) return false;
            }
        }

        return true;
    }
}
