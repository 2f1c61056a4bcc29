using System.Numerics;
using System.Numerics.Tensors;

namespace MicroExpNet.Training.Layers;

/// <summary>Sums of a tensor's gradient over all places, a sum for each channel: the gradient of a bias.</summary>
internal static unsafe class ChannelSums
{
    public static void Add<T>(Tensor<T> tensor, int images, T* sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = tensor.Shape.Channels;
        Span<T> total = new(sums, channels);
        for (int image = 0; image < images; image++)
        {
            for (int y = 0; y < tensor.Shape.Height; y++)
            {
                T* row = tensor.Gradient + tensor.Row(image, y);
                for (int x = 0; x < tensor.Shape.Width; x++) TensorPrimitives.Add(total, new ReadOnlySpan<T>(row + (x * channels), channels), total);
            }
        }
    }
}
