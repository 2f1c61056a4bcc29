using System.Numerics;

namespace MicroExpNet.Training.Layers;

/// <summary>The gradient of a bias: the sum of a tensor's gradients over all pixels, for each channel.</summary>
internal static unsafe class ChannelSums
{
    /// <summary>Adds the sums of the first images' gradients.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="images">Number of images.</param>
    /// <param name="sums"><c>[channels]</c>.</param>
    public static void Add<T>(Tensor<T> tensor, int images, T* sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = tensor.Shape.Channels, length = tensor.RowLength;
        foreach (TensorRow row in tensor.Rows(images))
        {
            T* gradient = tensor.GradientAt(row);
            int channel = 0;
            for (; channel <= channels - Vector<T>.Count; channel += Vector<T>.Count)
            {
                Vector<T> sum = Vector.Load(sums + channel);
                for (int x = channel; x < length; x += channels) sum += Vector.Load(gradient + x);
                sum.Store(sums + channel);
            }

            for (; channel < channels; channel++)
            {
                for (int x = channel; x < length; x += channels) sums[channel] += gradient[x];
            }
        }
    }
}
