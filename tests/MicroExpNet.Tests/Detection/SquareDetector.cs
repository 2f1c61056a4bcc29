using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Tests.Detection;

/// <summary>
/// A detector with weights made by hand: a "face" is a white square of exactly one cell of the network's grid on black. So what it must
/// find
/// is known to the pixel: squares of 8 pixels at multiples of 8, in the halved picture of 16 at multiples of 16, and so on.
/// </summary>
internal static class SquareDetector
{
    public static Model Model { get; } = Create();

    /// <summary>A black picture with white squares.</summary>
    public static byte[] Draw(int width, int height, int stride, params FaceBox[] squares)
    {
        byte[] pixels = new byte[(stride * (height - 1)) + width];

        // What lies between the rows is none of the picture's.
        for (int y = 0; y < height - 1; y++) pixels.AsSpan((y * stride) + width, stride - width).Fill(255);
        foreach (FaceBox square in squares)
        {
            for (int y = square.Y; y < square.Y + square.Height; y++) pixels.AsSpan((y * stride) + square.X, square.Width).Fill(255);
        }

        return pixels;
    }

    private static Model Create()
    {
        Architecture architecture = DetectorArchitectures.Detector("squares", 1, [1, 2]);
        Dictionary<string, LayerParameters> parameters = architecture.Layers.Where(layer => layer.ParameterCount > 0)
            .ToDictionary(layer => layer.Name, layer => new LayerParameters(new float[layer.WeightCount], new float[layer.BiasCount]));

        // The mean of 4×4 pixels: the middle of the window of 8×8, which begins two pixels before them.
        for (int y = 2; y < 6; y++) parameters["stem"].Weights.AsSpan((y * 8) + 2, 4).Fill(1f / 16);

        // The mean of 2×2 of these: the window of 3×3 begins one before them.
        foreach (int place in new[] { 4, 5, 7, 8 }) parameters["down"].Weights[place] = 1f / 4;

        // A cell, and the mean of the eight around it; then one less twice the other. [row, column, in, out]
        for (int place = 0; place < 9; place++)
        {
            parameters["block1_conv1"].Weights[(place * 2) + (place == 4 ? 0 : 1)] = place == 4 ? 1 : 1f / 8;
        }
        parameters["block1_conv2"].Weights[16] = 1;
        parameters["block1_conv2"].Weights[18] = -2;

        LayerParameters faces = parameters["faces"];
        faces.Weights[0] = 20;
        float[] biases = [-10, 0, 0, MathF.Log(8f / 24), -0.25f, -0.125f, 0.25f, -0.125f];
        biases.CopyTo(faces.Biases, 0);
        return new Model(
            architecture, architecture.Layers.Select(layer => parameters.GetValueOrDefault(layer.Name)),
            new ModelCard { PixelScale = 1f / 255 });
    }
}
