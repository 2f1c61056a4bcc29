using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.Steps;

/// <summary>
/// A convolution's weights in the order its kernel reads them: filters in blocks of one or two vectors; in each block, tap by tap, one
/// weight of each filter, then the biases. Filters past the last are zeros. A fully connected layer is a convolution of one pixel.
/// </summary>
internal sealed unsafe class PackedFilters
{
    private readonly AlignedMemory<float> _memory;

    private PackedFilters(AlignedMemory<float> memory, FilterBlock[] blocks)
    {
        _memory = memory;
        Blocks = blocks;
    }

    public readonly FilterBlock[] Blocks;

    /// <summary>Bytes that a layer's packed filters take.</summary>
    /// <param name="taps">Weights of one filter.</param>
    /// <param name="filters">Filters of all groups.</param>
    /// <param name="groups">Groups the filters divide into.</param>
    /// <param name="lanes">Floats in one vector.</param>
    public static double Bytes(int taps, int filters, int groups, int lanes)
    {
        long vectors = ((long)(filters / groups) + lanes - 1) / lanes * groups;
        return ((((double)taps + 1) * lanes * sizeof(float)) + Unsafe.SizeOf<FilterBlock>()) * vectors;
    }

    public float* Weights(FilterBlock block) => _memory.Pointer + block.Weights;

    public float* Biases(FilterBlock block) => _memory.Pointer + block.Biases;

    /// <summary>Packs a layer's parameters.</summary>
    /// <param name="parameters">Weights, <c>[taps, filters]</c>; the filters of a group are adjacent.</param>
    /// <param name="taps">Weights of one filter.</param>
    /// <param name="filters">Filters of all groups.</param>
    /// <param name="groups">Groups the filters divide into.</param>
    /// <param name="lanes">Floats in one vector.</param>
    public static PackedFilters Pack(LayerParameters parameters, int taps, int filters, int groups, int lanes)
    {
        List<FilterBlock> blocks = [];
        int length = 0;
        int filtersPerGroup = filters / groups;
        for (int group = 0; group < groups; group++)
        {
            for (int first = 0; first < filtersPerGroup;)
            {
                int left = filtersPerGroup - first;
                int vectors = left > lanes ? 2 : 1;
                int width = vectors * lanes, firstFilter = (group * filtersPerGroup) + first;
                blocks.Add(new FilterBlock(group, firstFilter, Math.Min(left, width), vectors, length, length + (taps * width)));
                length += (taps + 1) * width;
                first += width;
            }
        }

        AlignedMemory<float> memory = new(length);
        foreach (FilterBlock block in blocks)
        {
            int width = block.Vectors * lanes;
            for (int tap = 0; tap < taps; tap++)
            {
                ReadOnlySpan<float> weights = parameters.Weights.AsSpan((tap * filters) + block.FirstFilter, block.Filters);
                weights.CopyTo(memory.Span[(block.Weights + (tap * width))..]);
            }

            parameters.Biases.AsSpan(block.FirstFilter, block.Filters).CopyTo(memory.Span[block.Biases..]);
        }

        return new PackedFilters(memory, [.. blocks]);
    }
}
