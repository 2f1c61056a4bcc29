using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Explain;

/// <summary>Why a network gives a face a class.</summary>
/// <param name="Number">The face's number, from 1, the largest first.</param>
/// <param name="Face">The face and its classes.</param>
/// <param name="Crop">The face as the network reads it, <c>[height, width, channels]</c>.</param>
/// <param name="Class">The class that is explained.</param>
/// <param name="Occlusion">By covering: what each pixel adds to the class's log-odds, <c>[height, width]</c>.</param>
/// <param name="Gradients">By integrated gradients, <c>[height, width]</c>; null where the network has no gradients.</param>
internal sealed record FaceExplanation(
    int Number, ClassifiedFace Face, byte[] Crop, string Class, float[] Occlusion, float[]? Gradients)
{
    /// <summary>Where the value of a map is greatest.</summary>
    /// <param name="map">A map, <c>[height, width]</c>.</param>
    /// <param name="width">Its columns.</param>
    /// <returns>The column and the row.</returns>
    public static (int X, int Y) PeakOf(float[] map, int width)
    {
        // Of equal neighbours, the one in their middle.
        float greatest = map.Max();
        int[] peaks = [.. Enumerable.Range(0, map.Length).Where(i => map[i] >= greatest)];
        int middle = peaks[peaks.Length / 2];
        return (middle % width, middle / width);
    }
}
