using MicroExpNet.Architectures;

namespace MicroExpNet.Checkpoints;

/// <summary>Infers the architecture from the sizes of a checkpoint's fully connected layers.</summary>
internal readonly struct CheckpointShapes(int features, int hidden)
{
    /// <summary>Inputs of the first fully connected layer: rows × columns × 32 of the last map.</summary>
    public readonly int Features = features;

    /// <summary>Its outputs: 256 or 768 over the squeeze coefficient.</summary>
    public readonly int Hidden = hidden;

    private const int MaxSearched = 1024;

    /// <summary>The architectures and input sizes that have these shapes; those of the options, if they name any.</summary>
    public List<CheckpointFit> Fits(ImportOptions options)
    {
        List<CheckpointFit> fits = [];
        string? wanted = options.Architecture == OriginalArchitectures.MicroExpNetName ? "p12" : options.Architecture;
        foreach (string candidate in OriginalArchitectures.CandidateNames)
        {
            if (wanted is not null && candidate != wanted) continue;
            int unsqueezed = OriginalArchitectures.UnsqueezedWidth(candidate);
            if (unsqueezed % Hidden != 0) continue;
            int squeeze = unsqueezed / Hidden;
            if (options.Architecture == OriginalArchitectures.MicroExpNetName && squeeze != OriginalArchitectures.MicroExpNetSqueeze)
            {
                continue;
            }

            foreach ((int height, int width) in Sizes(options))
            {
                if (FeaturesOf(candidate, height) * FeaturesOf(candidate, width) * 32 == Features)
                {
                    fits.Add(new CheckpointFit(candidate, squeeze, height, width));
                }
            }
        }

        return fits;
    }

    /// <summary>Rows or columns of the last map.</summary>
    private static long FeaturesOf(string candidate, int size)
    {
        // Strides 4 and 2 (or 2, a pool, and 2), each with SAME padding; then perhaps a pool.
        int map = (((size + 3) / 4) + 1) / 2;
        return OriginalArchitectures.UnsqueezedWidth(candidate) == 768 ? (map + 1) / 2 : map;
    }

    private static IEnumerable<(int Height, int Width)> Sizes(ImportOptions options)
    {
        if (options is { InputHeight: int height, InputWidth: int width }) return [(height, width)];
        return Enumerable.Range(1, MaxSearched).Select(size => (size, size));
    }
}
