namespace MicroExpNet.Inference.Steps;

/// <summary>A step that can be part of a <see cref="NetworkHead"/>: it runs for several images at once.</summary>
/// <param name="outputCount">Values that it computes for an image.</param>
internal abstract unsafe class HeadStep(int outputCount) : Step
{
    /// <summary>Values that it computes for an image.</summary>
    public readonly int OutputCount = outputCount;

    /// <summary>Computes the layer for several images.</summary>
    /// <param name="input">The first image's inputs.</param>
    /// <param name="inputStride">Floats from one image's inputs to the next one's.</param>
    /// <param name="output">Where the first image's outputs go.</param>
    /// <param name="outputStride">Floats from one image's outputs to the next one's.</param>
    /// <param name="images">Number of images, few enough for their sums to lie on the stack.</param>
    public abstract void Run(float* input, int inputStride, float* output, int outputStride, int images);
}
