using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// A convolution's 8-bit weights in the order its kernel reads them: filters in blocks of one or two vectors, and in each block, set by
/// set, the values that the set's sums start from, then, quad by quad (four taps), the four weights of each filter. Filters past the last
/// are zeros.
/// </summary>
/// <remarks>
/// Where an instruction set accumulates in 16 bits (<c>VPMADDUBSW</c>), the products of a whole set of quads are added up before they are
/// widened. A set takes quads as long as every sum, whatever the bytes, spans fewer than 2¹⁶ values. It starts from a value that moves the
/// span to where 16 bits are exact, and the 32-bit sum starts from as much less. Two quads always fit, four to six mostly do. If one
/// instruction alone could overflow, all weights are split into two parts that follow one another. So sums are exact, whatever the weights.
/// </remarks>
internal sealed unsafe class PackedByteFilters
{
    // 128: 255 times weights of one sign that add up to no more is below 2¹⁵.
    private const int MaxSumIn16Bits = short.MaxValue / byte.MaxValue;

    // 257: 255 times weights of both signs that add up to no more, signs aside, spans fewer than 2¹⁶ values.
    private const int MaxSpanIn16Bits = ushort.MaxValue / byte.MaxValue;

    // Sets that a quad is offered to; the oldest is closed where it fits none.
    private const int MaxOpen = 8;

    // A vector's lane has two 16-bit sums.
    private const int Halves = 2;

    private readonly AlignedMemory<float> _memory;
    private readonly TapQuads _quads;
    private readonly int _filters;
    private readonly int _lanes;
    private readonly int _parts;

    /// <summary>Finds a layer's filters among the model's, or packs them.</summary>
    /// <param name="parameters">The layer's 8-bit parameters.</param>
    /// <param name="quads">The taps in groups of four.</param>
    /// <param name="groups">Groups the filters divide into.</param>
    /// <param name="fused">What it reads, bytes, and where it writes.</param>
    /// <param name="filters">The model's filters, which plans for other image sizes share.</param>
    /// <param name="lanes">Accumulators in one vector.</param>
    /// <param name="inputZeroPoint">What the instruction set subtracts from each byte that it multiplies.</param>
    /// <param name="accumulatesIn16Bits">Whether the instruction set accumulates in 16 bits.</param>
    public static PackedByteFilters Find(
        ByteParameters parameters,
        TapQuads quads,
        int groups,
        FusedLayer fused,
        FilterCache filters,
        int lanes,
        int inputZeroPoint,
        bool accumulatesIn16Bits)
    {
        float to = fused.Output.Quantization?.Scale ?? 0;
        if (filters.Find<PackedByteFilters>(fused.Position, scale: to) is { } found) return found;
        TensorQuantization from = fused.Input.Quantization!.Value;
        int[] sums = [.. parameters.Biases];
        int zeroPoint = from.ZeroPoint - inputZeroPoint;
        for (int i = 0; i < parameters.Weights.Length; i++) sums[i % sums.Length] -= parameters.Weights[i] * zeroPoint;
        float[] factors = new float[sums.Length];
        for (int i = 0; i < factors.Length; i++)
        {
            float factor = from.Scale * parameters.Scales[i];
            factors[i] = to == 0 ? factor : factor / to;
        }

        return filters.Add(
            new PackedByteFilters(parameters.Weights, sums, factors, quads, groups, lanes, accumulatesIn16Bits),
            fused.Position,
            scale: to);
    }

    /// <summary>Packs a layer's weights.</summary>
    /// <param name="weights">Integer weights, <c>[taps, filters]</c>; the filters of a group are adjacent.</param>
    /// <param name="sums">The initial value of each filter's accumulator, <c>[filters]</c>.</param>
    /// <param name="factors">What each filter's accumulator is multiplied by, <c>[filters]</c>.</param>
    /// <param name="quads">The taps in groups of four.</param>
    /// <param name="groups">Groups the filters divide into.</param>
    /// <param name="lanes">Accumulators in one vector.</param>
    /// <param name="accumulatesIn16Bits">Whether the instruction set accumulates in 16 bits.</param>
    private PackedByteFilters(
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
        _lanes = lanes;
        _parts = accumulatesIn16Bits ? PartsFor(weights) : 1;
        int filtersPerGroup = _filters / groups;
        List<FilterBlock> blocks = [];
        List<int[]> allSets = [];
        int length = 0;
        for (int group = 0; group < groups; group++)
        {
            for (int first = 0; first < filtersPerGroup;)
            {
                int left = filtersPerGroup - first, vectors = left > lanes ? 2 : 1, width = vectors * lanes;
                int firstFilter = (group * filtersPerGroup) + first, filters = Math.Min(left, width);
                int[] sets = accumulatesIn16Bits
                    ? SetsOf(weights, firstFilter, filters)
                    : [quads.Count, .. Enumerable.Range(0, quads.Count), 0];
                int values = (sets.Length - 1) * width;
                blocks.Add(new FilterBlock(group, firstFilter, filters, vectors, length, length + values));
                allSets.Add(sets);
                length += values + (2 * width);
                first += width;
            }
        }

        Blocks = [.. blocks];
        Sets = [.. allSets];
        _memory = new AlignedMemory<float>(length);
        for (int i = 0; i < Blocks.Length; i++)
        {
            FilterBlock block = Blocks[i];
            sums.Slice(block.FirstFilter, block.Filters).CopyTo(new Span<int>(Sums(block), block.Filters));
            factors.Slice(block.FirstFilter, block.Filters).CopyTo(new Span<float>(Factors(block), block.Filters));
            Pack(weights, block, Sets[i], accumulatesIn16Bits);
        }
    }

    public readonly FilterBlock[] Blocks;

    /// <summary>
    /// Of each block, the sets of quads whose products are added up before they are widened: for each the number of quads, then the quads;
    /// at the end 0.
    /// </summary>
    public readonly int[][] Sets;

    /// <summary>Bytes that a layer's packed weights take, with what is needed to make them.</summary>
    /// <param name="quads">The taps in groups of four.</param>
    /// <param name="filters">Filters of all groups.</param>
    /// <param name="groups">Groups the filters divide into.</param>
    /// <param name="lanes">Accumulators in one vector.</param>
    public static double Bytes(TapQuads quads, int filters, int groups, int lanes)
    {
        // At most half as many sets as quads, and one.
        const int Parts = 2, OrderBytes = 32;
        double steps = (double)Parts * quads.Count;
        long vectors = ((long)(filters / groups) + lanes - 1) / lanes * groups;
        double block = (((1.5 * steps) + 3) * lanes * sizeof(float)) + (steps * OrderBytes) + Unsafe.SizeOf<FilterBlock>();
        return block * vectors;
    }

    /// <summary>The sets one after another: what their sums start from, then four weights of each filter for each quad.</summary>
    public sbyte* Weights(in FilterBlock block) => (sbyte*)(_memory.Pointer + block.Weights);

    public int* Sums(in FilterBlock block) => (int*)(_memory.Pointer + block.Biases);

    public float* Factors(in FilterBlock block) => _memory.Pointer + block.Biases + (block.Vectors * _lanes);

    /// <summary>Each block's sets with where its quads lie in place of their numbers.</summary>
    /// <param name="runs">Where the runs of taps start.</param>
    public int[][] Place(int[] runs)
    {
        int[][] placed = new int[Sets.Length][];
        for (int i = 0; i < placed.Length; i++)
        {
            int[] sets = placed[i] = [.. Sets[i]];
            for (int at = 0; sets[at] > 0; at++)
            {
                for (int last = at + sets[at]; at < last;)
                {
                    int quad = sets[++at] % _quads.Count;
                    sets[at] = runs[quad / _quads.InRun] + (quad % _quads.InRun * TapQuads.Length);
                }
            }
        }

        return placed;
    }

    private void Pack(ReadOnlySpan<sbyte> weights, in FilterBlock block, int[] sets, bool accumulatesIn16Bits)
    {
        int width = block.Vectors * _lanes;
        int* to = (int*)Weights(block), sums = Sums(block);
        for (int at = 0; sets[at] > 0;)
        {
            ReadOnlySpan<int> set = sets.AsSpan(at + 1, sets[at]);
            at += 1 + set.Length;
            for (int filter = 0; filter < block.Filters && accumulatesIn16Bits; filter++)
            {
                int low = StartOf(weights, set, block.FirstFilter + filter, 0), high = StartOf(weights, set, block.FirstFilter + filter, 1);
                to[filter] = (ushort)low | (high << 16);
                sums[filter] -= low + high;
            }

            to += width;
            foreach (int quad in set)
            {
                sbyte* quadWeights = (sbyte*)to;
                for (int i = 0; i < block.Filters * TapQuads.Length; i++)
                {
                    quadWeights[i] = (sbyte)Weight(weights, quad, i % TapQuads.Length, block.FirstFilter + (i / TapQuads.Length));
                }

                to += width;
            }
        }
    }

    // What moves a 16-bit sum of a set, which bytes make between 255 times its negative and its positive weights, into 16 bits.
    private int StartOf(ReadOnlySpan<sbyte> weights, ReadOnlySpan<int> set, int filter, int half)
    {
        int negative = 0, positive = 0;
        foreach (int quad in set)
        {
            for (int index = half * 2; index < (half * 2) + 2; index++)
            {
                int weight = Weight(weights, quad, index, filter);
                negative += byte.MaxValue * Math.Min(weight, 0);
                positive += byte.MaxValue * Math.Max(weight, 0);
            }
        }

        return Math.Max(0, short.MinValue - negative) + Math.Min(0, short.MaxValue - positive);
    }

    // Of a quad's first part, or of the second, whose number is higher by the number of quads. The parts of a weight differ by 1 at most
    // and add up to it.
    private int Weight(ReadOnlySpan<sbyte> weights, int quad, int index, int filter)
    {
        int part = quad / _quads.Count, tap = _quads.Tap(quad % _quads.Count, index);
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

    // Each quad joins the first of a few open sets that it fits in: the time is proportional to the number of weights.
    private int[] SetsOf(ReadOnlySpan<sbyte> weights, int firstFilter, int filters)
    {
        List<int> closed = [];
        List<List<int>> open = [];
        List<int[]> spans = [];
        Span<int> own = new int[filters * Halves];
        for (int quad = 0; quad < _parts * _quads.Count; quad++)
        {
            for (int i = 0; i < own.Length; i++)
            {
                int filter = firstFilter + (i / Halves), index = i % Halves * 2;
                own[i] = Math.Abs(Weight(weights, quad, index, filter)) + Math.Abs(Weight(weights, quad, index + 1, filter));
            }

            int set = 0;
            while (set < open.Count && !Fits(own, spans[set])) set++;
            if (set == open.Count)
            {
                open.Add([]);
                spans.Add(new int[own.Length]);
            }

            open[set].Add(quad);
            for (int i = 0; i < own.Length; i++) spans[set][i] += own[i];
            if (open.Count > MaxOpen) CloseFirst();
        }

        while (open.Count > 0) CloseFirst();
        closed.Add(0);
        return [.. closed];

        void CloseFirst()
        {
            closed.Add(open[0].Count);
            closed.AddRange(open[0]);
            open.RemoveAt(0);
            spans.RemoveAt(0);
        }
    }

    private static bool Fits(ReadOnlySpan<int> more, ReadOnlySpan<int> spans)
    {
        for (int i = 0; i < spans.Length; i++)
        {
            if (spans[i] + more[i] > MaxSpanIn16Bits) return false;
        }

        return true;
    }
}
