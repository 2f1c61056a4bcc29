using MicroExpNet.Architectures;

namespace MicroExpNet.Training.Explanation;

/// <summary>
/// Which parts of a face speak for a class, by covering them (Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks",
/// 2014, section 4.2). A square patch is replaced by its own mean, which draws no edge where there was none, and leaves an even patch as
/// it is.
/// </summary>
internal static class OcclusionMap
{
    // Of the shorter side: a mouth, or an eye.
    private const double PatchShare = 0.2;
    private const int StepsPerPatch = 4;

    /// <summary>Covers a crop patch by patch.</summary>
    /// <param name="network">The network.</param>
    /// <param name="crop">The crop, <c>[height, width, channels]</c>, unscaled.</param>
    /// <param name="index">The class.</param>
    /// <returns>
    /// For each pixel, how much the log-odds of the class fall when a patch over it is covered, the mean of all patches over it,
    /// <c>[height, width]</c>; 0 where all these patches are even.
    /// </returns>
    public static float[] Compute(Network network, ReadOnlySpan<byte> crop, int index)
    {
        ArgumentNullException.ThrowIfNull(network);
        TensorShape input = network.Model.Architecture.Input;
        int side = Math.Clamp((int)Math.Round(Math.Min(input.Height, input.Width) * PatchShare), 1, Math.Min(input.Height, input.Width));
        int step = Math.Max(1, side / StepsPerPatch);
        double whole = LogOdds.OfCrop(network, crop, index);
        double[] sums = new double[input.Height * input.Width];
        int[] counts = new int[input.Height * input.Width];
        byte[] covered = new byte[crop.Length];
        foreach (int top in Starts(input.Height, side, step))
        {
            foreach (int left in Starts(input.Width, side, step))
            {
                crop.CopyTo(covered);
                double fall = Cover(covered, input, left, top, side) ? whole - LogOdds.OfCrop(network, covered, index) : 0;
                for (int y = top; y < top + side; y++)
                {
                    for (int x = left; x < left + side; x++)
                    {
                        sums[(y * input.Width) + x] += fall;
                        counts[(y * input.Width) + x]++;
                    }
                }
            }
        }

        return [.. sums.Select((sum, i) => (float)(sum / counts[i]))];
    }

    // The last patch ends at the edge.
    private static IEnumerable<int> Starts(int length, int side, int step)
    {
        int last = length - side;
        for (int start = 0; start < last; start += step) yield return start;
        yield return last;
    }

    // Whether that changes anything.
    private static bool Cover(Span<byte> crop, TensorShape input, int left, int top, int side)
    {
        bool isChanged = false;
        for (int channel = 0; channel < input.Channels; channel++)
        {
            int sum = 0;
            for (int y = top; y < top + side; y++)
            {
                for (int x = left; x < left + side; x++) sum += crop[(((y * input.Width) + x) * input.Channels) + channel];
            }

            byte mean = (byte)Math.Round((double)sum / (side * side));
            for (int y = top; y < top + side; y++)
            {
                for (int x = left; x < left + side; x++)
                {
                    ref byte pixel = ref crop[(((y * input.Width) + x) * input.Channels) + channel];
                    isChanged |= pixel != mean;
                    pixel = mean;
                }
            }
        }

        return isChanged;
    }
}
