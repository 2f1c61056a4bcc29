using System.Numerics;

namespace MicroExpNet.Training.Layers;

/// <summary>Sums of a tensor's gradient over all places, a sum for each channel: the gradient of a bias.</summary>
internal static unsafe class ChannelSums
{
    public static void Add<T>(Tensor<T> tensor, int images, T* sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = tensor.Shape.Channels, length = tensor.RowLength;
        for (int image = 0; image < images; image++)
        {
            for (int y = 0; y < tensor.Shape.Height; y++)
            {
                T* row = tensor.Gradient + tensor.Row(image, y);
                int channel = 0;
                for (; channel <= channels - Vector<T>.Count; channel += Vector<T>.Count)
                {
                    Vector<T> sum = Vector.Load(sums + channel);
                    for (int x = channel; x < length; x += channels) sum += Vector.Load(row + x);
                    sum.Store(sums + channel);
                }

                for (; channel < channels; channel++)
                {
                    for (int x = channel; x < length; x += channels) sums[channel] += row[x];
                }
            }
        }
    }
}
