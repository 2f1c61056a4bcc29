using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Models;

namespace MicroExpNet.Tests.Models;

public class FullyConvolutionalModelTests
{
    private static readonly Model Detector = RandomModels.Fill(
        DetectorArchitectures.Detector("detector", 5, [12, 12, 7]), 5, new ModelCard { PixelScale = 1 / 64f, PixelOffset = -2 });

    [Theory]
    [InlineData(8, 8)]
    [InlineData(24, 40)]
    [InlineData(40, 8)]
    [InlineData(128, 128)]
    [InlineData(37, 51)]
    public void One_file_reads_images_of_any_size_in_onnx_runtime_and_here_alike(int height, int width)
    {
        Model read = Model.Load(new MemoryStream(OnnxRuntime.ToBytes(Detector))), sized = read.WithInputSize(height, width);
        float[] image = RandomModels.Image(new TensorShape(height, width, 1), 1, height);
        TensorShape output = sized.Architecture.Output;
        float[] expected = OnnxRuntime.Run(OnnxRuntime.ToBytes(Detector), image, [1, 1, height, width]);
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            float[] actual = new float[output.Length];
            new Network(sized, target).Run(image, 1, actual);
            Assert.True(OnnxRuntime.Difference(expected, OnnxRuntime.ToChannelsFirst(actual, output, 1)) < 1e-4, $"{target}");
        }
    }

    [Fact]
    public void Writing_reading_and_writing_gives_the_same_bytes_and_the_size_it_is_described_for()
    {
        byte[] file = OnnxRuntime.ToBytes(Detector);
        Model read = Model.Load(new MemoryStream(file));
        Assert.Equal(file, OnnxRuntime.ToBytes(read));
        Assert.Equal(Detector.Architecture.Input, read.Architecture.Input);
        Assert.Equal(FaceDetector.OutputLabels, read.Architecture.Labels);
        byte[] other = OnnxRuntime.ToBytes(Detector.WithInputSize(64, 96));
        Assert.Equal(new TensorShape(64, 96, 1), Model.Load(new MemoryStream(other)).Architecture.Input);
        Assert.Equal(file, OnnxRuntime.ToBytes(Model.Load(new MemoryStream(other)).WithInputSize(128, 128)));
    }

    [Fact]
    public void A_classifier_reads_images_of_one_size_only()
    {
        Model classifier = RandomModels.Fill(OriginalArchitectures.MicroExpNet(), 1);
        ArgumentException e = Assert.Throws<ArgumentException>(() => classifier.WithInputSize(96, 96));
        Assert.Contains("reads images of one size only", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
        Assert.ThrowsAny<ArgumentException>(() => Detector.WithInputSize(0, 8));
        Assert.ThrowsAny<ArgumentException>(() => Detector.WithInputSize(8, -8));
    }

    [Fact]
    public void A_detector_is_no_classifier_and_a_classifier_no_detector()
    {
        ModelFormatException detector = Assert.Throws<ModelFormatException>(() => new ExpressionRecognizer(Detector));
        Assert.Contains("'detector' gives", detector.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', detector.Message);
        ModelFormatException classifier = Assert.Throws<ModelFormatException>(
            () => new FaceDetector(RandomModels.Fill(OriginalArchitectures.MicroExpNet(), 1)));
        Assert.Contains("is no face detector; expected grey input of any size", classifier.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', classifier.Message);
    }

    [Theory]
    [InlineData(1, 4, 4)]
    [InlineData(1, 16, 16)]
    [InlineData(3, 8, 8)]
    [InlineData(1, 7, 8)]
    [InlineData(1, 9, 8)]
    public void A_network_with_cells_of_another_size_or_in_colour_is_no_detector(int channels, int stride, int size)
    {
        Architecture architecture = new ArchitectureBuilder(
            "other", new TensorShape(64, 64, channels)).PaddedConvolution("faces", size, stride, 8, 0).Build(FaceDetector.OutputLabels);
        Assert.Contains(
            "is no face detector", Assert.Throws<ModelFormatException>(() => new FaceDetector(RandomModels.Fill(architecture, 1))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void That_a_face_is_turned_upright_travels_with_the_file_and_is_off_by_default()
    {
        Assert.False(new ModelCard().Upright);
        Assert.False(Read(new ModelCard()).Upright);
        Assert.True(Read(new ModelCard { Upright = true }).Upright);

        static ModelCard Read(ModelCard card) =>
            Model.Load(new MemoryStream(OnnxRuntime.ToBytes(RandomModels.Fill(OriginalArchitectures.MicroExpNet(), 1, card)))).Card;
    }
}
