using System.Globalization;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Tests;
using MicroExpNet.Training.Layers;
using MicroExpNet.Training.Losses;
using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Training.Tests.Layers;

/// <summary>MicroExpNet's gradients and ten steps of Adam against an independent computation in float64.</summary>
public sealed unsafe class ReferenceGradientTests
{
    private const int Images = 6;

    private static readonly string[] Tensors = ["wc1", "bc1", "wc2", "bc2", "wfc", "bfc", "wo", "bo"];

    private readonly TrainingNetwork<float> _network = new(OriginalArchitectures.MicroExpNet(), Images);
    private readonly AlignedMemory<float> _parameters = new(65_000);
    private readonly AlignedMemory<float> _gradient = new(65_000);

    [Theory]
    [InlineData("ce")]
    [InlineData("kd")]
    public void Gradients_are_the_references(string loss)
    {
        Load();
        double actual = Differentiate(loss == "kd");
        Assert.Equal(Numbers($"grad_{loss}_loss")[0], actual, 1e-5);
        AssertClose(_gradient, $"grad_{loss}", 1e-4);
    }

    [Fact]
    public void Ten_steps_of_Adam_lead_to_the_references_weights()
    {
        Load();
        AdamOptimizer adam = new(_parameters.Length, decouples: false);
        foreach (double expected in Numbers("adam10_kd_losses"))
        {
            Assert.Equal(expected, Differentiate(teacher: true), 1e-4);
            adam.Begin(1e-3);
            adam.Update(0, _parameters.Span, _gradient.Span, decay: 0);
        }

        AssertClose(_parameters, "adam10_kd", 1e-3);
    }

    private static double[] Numbers(string name) =>
        [.. File.ReadLines(ReferenceData.Path($"reference/{name}.txt")).Where(line => line.Length > 0)
            .Select(line => double.Parse(line, CultureInfo.InvariantCulture))];

    private static void AssertClose(AlignedMemory<float> actual, string prefix, double tolerance)
    {
        int offset = 0;
        foreach (string tensor in Tensors)
        {
            double difference = 0, norm = 0;
            foreach (float expected in ReferenceData.Numpy($"{prefix}_{tensor}_f32").Floats)
            {
                double error = actual.Span[offset++] - expected;
                difference += error * error;
                norm += (double)expected * expected;
            }

            Assert.True(Math.Sqrt(difference / norm) < tolerance, $"{prefix}_{tensor}: {Math.Sqrt(difference / norm):E2}");
        }

        Assert.Equal(actual.Length, offset);
    }

    private void Load()
    {
        int offset = 0;
        foreach (string tensor in Tensors)
        {
            ReadOnlySpan<float> values = ReferenceData.Numpy($"grad_init_{tensor}_f32").Floats;
            values.CopyTo(_parameters.Span[offset..]);
            offset += values.Length;
        }
    }

    private double Differentiate(bool teacher)
    {
        ReadOnlySpan<byte> pixels = ReferenceData.Numpy("grad_input_u8").Bytes;
        for (int i = 0; i < pixels.Length; i++)
        {
            _network.Input.Values[_network.Input.Row(i / (84 * 84), i / 84 % 84) + (i % 84)] = pixels[i] / 255f;
        }

        Pass pass = new(Images, 0);
        _network.Forward(pass, _parameters.Pointer);
        _gradient.Span.Clear();
        double sum = 0;
        DistillationLoss loss = new(8, 0.5);
        for (int image = 0; image < Images; image++)
        {
            float[] label = new float[8];
            label[ReferenceData.Numpy("grad_labels_i32").Ints[image]] = 1;
            ReadOnlySpan<float> taught = teacher ? ReferenceData.Numpy("grad_teacher_logits_f32").Floats.Slice(image * 8, 8) : [];
            int row = _network.Logits.Row(image, 0);
            sum += loss.Compute(
                new ReadOnlySpan<float>(_network.Logits.Values + row, 8), label, taught, 1.0 / Images,
                new Span<float>(_network.Logits.Gradient + row, 8));
        }

        _network.Backward(pass, _parameters.Pointer, _gradient.Pointer);
        return sum;
    }
}
