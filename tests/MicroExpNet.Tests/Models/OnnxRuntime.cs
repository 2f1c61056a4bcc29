using MicroExpNet.Architectures;
using MicroExpNet.Models;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MicroExpNet.Tests.Models;

/// <summary>ONNX Runtime as the independent judge of model files.</summary>
internal static class OnnxRuntime
{
    /// <summary>The first output of a model for images in the file's own axis order.</summary>
    public static float[] Run(byte[] file, float[] input, int[] dimensions)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using InferenceSession session = new(file, options);
        string name = session.InputMetadata.Keys.Single();
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = session.Run(
            [NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(input, dimensions))]);
        return [.. outputs[0].AsTensor<float>()];
    }

    /// <summary>The logits of a model this library wrote.</summary>
    public static float[] Run(Model model, float[] images, int batch)
    {
        TensorShape shape = model.Architecture.Input;
        return Run(ToBytes(model), ToChannelsFirst(images, shape, batch), [batch, shape.Channels, shape.Height, shape.Width]);
    }

    public static byte[] ToBytes(Model model)
    {
        using MemoryStream stream = new();
        model.Save(stream);
        return stream.ToArray();
    }

    public static float[] ToChannelsFirst(float[] images, TensorShape shape, int batch)
    {
        float[] turned = new float[images.Length];
        int pixels = shape.Height * shape.Width;
        for (int i = 0; i < images.Length; i++)
        {
            int image = i / shape.Length, pixel = i % shape.Length / shape.Channels, channel = i % shape.Channels;
            turned[(image * shape.Length) + (channel * pixels) + pixel] = images[i];
        }

        return turned;
    }

    /// <summary>The largest difference over the largest magnitude.</summary>
    public static double Difference(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = 0, magnitude = 1e-30;
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(float.IsFinite(actual[i]), $"value {i} is {actual[i]}");
            difference = Math.Max(difference, Math.Abs((double)expected[i] - actual[i]));
            magnitude = Math.Max(magnitude, Math.Abs(expected[i]));
        }

        return difference / magnitude;
    }
}
