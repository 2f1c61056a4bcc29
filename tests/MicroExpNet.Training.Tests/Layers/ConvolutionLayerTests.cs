using System.Numerics;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Training.Layers;

namespace MicroExpNet.Training.Tests.Layers;

public sealed unsafe class ConvolutionLayerTests
{
    private const int Images = 2;

    private static readonly Convolution[] Convolutions =
    [
        Square(7, 6, 3, 4, 3, 1), Square(9, 8, 1, 20, 8, 2), Square(8, 9, 4, 6, 4, 2), Square(7, 7, 2, 3, 1, 2), Square(8, 8, 2, 5, 2, 4),
            Square(6, 6, 32, 48, 3, 2),

        // Depthwise and grouped.
        Square(6, 7, 6, 6, 3, 1, groups: 6), Square(7, 6, 4, 6, 3, 2, groups: 2),

        // Kernels and strides that differ by direction, and padding that is no SAME: none, and more on one side.
        Explicit(new TensorShape(8, 9, 3), new Window(2, 5, 1, 1), default, 4),
            Explicit(new TensorShape(9, 8, 2), new Window(5, 3, 3, 1), new Padding(2, 0, 1, 3), 5),
        Explicit(new TensorShape(7, 8, 4), new Window(3, 2, 2, 3), new Padding(0, 1, 2, 0), 8, groups: 4),
    ];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Convolutions.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_the_differences_of_the_output(int index)
    {
        Setup<double> setup = new(Convolutions[index]);
        setup.Backward();
        Random random = new(3);
        for (int trial = 0; trial < 40; trial++)
        {
            int i = random.Next(setup.Parameters.Length);
            AssertSlope(setup, ref setup.Parameters.Span[i], setup.Gradient.Span[i]);
            int place = setup.Input.Row(random.Next(Images), random.Next(setup.Input.Shape.Height)) + random.Next(setup.Input.RowLength);
            AssertSlope(setup, ref setup.Input.Values[place], setup.Input.Gradient[place]);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Vectors_of_floats_give_what_doubles_give(int index)
    {
        (int height, int width, int channels) = (
            Convolutions[index].InputShape.Height, Convolutions[index].InputShape.Width, Convolutions[index].InputShape.Channels);
        Setup<double> expected = new(Convolutions[index]);
        Setup<float> actual = new(Convolutions[index]);
        Assert.Equal(expected.Loss(), actual.Loss(), Math.Abs(expected.Loss() * 1e-4) + 1e-3);
        expected.Backward();
        actual.Backward();
        for (int i = 0; i < expected.Gradient.Length; i++) Assert.Equal(expected.Gradient.Span[i], actual.Gradient.Span[i], 1e-4);
        for (int image = 0; image < Images; image++)
        {
            for (int y = 0; y < height; y++)
            {
                int row = expected.Input.Row(image, y);
                for (int x = 0; x < width * channels; x++)
                {
                    Assert.Equal(expected.Input.Gradient[row + x], actual.Input.Gradient[row + x], 1e-4);
                }
            }
        }
    }

    private static Convolution Square(int height, int width, int channels, int filters, int size, int stride, int groups = 1)
    {
        TensorShape shape = new(height, width, channels);
        Window window = Window.Square(size, stride);
        return Explicit(shape, window, Padding.Same(shape, window), filters, groups);
    }

    private static Convolution Explicit(TensorShape shape, Window window, Padding padding, int filters, int groups = 1) =>
        new("conv", Layer.NetworkInput, shape, window, padding, filters, groups);

    // The output is linear in every value, so a central difference is exact but for rounding.
    private static void AssertSlope(Setup<double> setup, ref double value, double gradient)
    {
        double kept = value;
        value = kept + 0.5;
        double above = setup.Loss();
        value = kept - 0.5;
        double below = setup.Loss();
        value = kept;
        Assert.Equal(above - below, gradient, 1e-9);
    }

    // The loss is the outputs' sum, each times a fixed factor: the output's gradient is those factors.
    private sealed class Setup<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ConvolutionLayer<T> _layer;
        private readonly Tensor<T> _output;

        public Setup(Convolution convolution)
        {
            Input = new Tensor<T>(convolution.InputShape, ConvolutionLayer<T>.InputBorder(convolution), Images);
            _output = new Tensor<T>(convolution.OutputShape, ConvolutionLayer<T>.OutputBorder(convolution), Images);
            _layer = new ConvolutionLayer<T>(convolution, Input, _output, needsInputGradient: true);
            Parameters = new AlignedMemory<T>(_layer.ParameterCount);
            Gradient = new AlignedMemory<T>(_layer.ParameterCount);
            Random random = new(7);
            foreach (ref T parameter in Parameters.Span) parameter = Next(random);
            Fill(Input, Input.Values, random);
            Fill(_output, _output.Gradient, random);
        }

        public Tensor<T> Input { get; }

        public AlignedMemory<T> Parameters { get; }

        public AlignedMemory<T> Gradient { get; }

        public void Backward() => _layer.Backward(new Pass(Images, 0), Parameters.Pointer, Gradient.Pointer);

        public double Loss()
        {
            _layer.Forward(new Pass(Images, 0), Parameters.Pointer, null);
            double sum = 0;
            for (int image = 0; image < Images; image++)
            {
                for (int y = 0; y < _output.Shape.Height; y++)
                {
                    int row = _output.Row(image, y);
                    for (int x = 0; x < _output.RowLength; x++)
                    {
                        sum += double.CreateChecked(_output.Values[row + x]) * double.CreateChecked(_output.Gradient[row + x]);
                    }
                }
            }

            return sum;
        }

        private static void Fill(Tensor<T> tensor, T* values, Random random)
        {
            for (int image = 0; image < Images; image++)
            {
                for (int y = 0; y < tensor.Shape.Height; y++)
                {
                    for (int x = 0; x < tensor.RowLength; x++) values[tensor.Row(image, y) + x] = Next(random);
                }
            }
        }

        private static T Next(Random random) => T.CreateChecked(random.NextSingle() - 0.5f);
    }
}
