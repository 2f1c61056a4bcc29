using MicroExpNet.Architectures;

namespace MicroExpNet.Tests.Architectures;

public class OriginalArchitecturesTests
{
    [Fact]
    public void MicroExpNet_has_the_parameters_and_multiply_adds_of_the_paper_s_network()
    {
        Architecture architecture = OriginalArchitectures.MicroExpNet();
        // 8·8·1·16+16, 4·4·16·32+32, 1152·48+48, 48·8+8
        Assert.Equal(1040 + 8224 + 55344 + 392, architecture.ParameterCount);
        Assert.Equal(65_000, architecture.ParameterCount);
        // 42·42·64·16, 11·11·256·32, 1152·48, 48·8
        Assert.Equal(1_806_336 + 991_232 + 55_296 + 384, architecture.MultiplyAdds);
        Assert.Equal(2_853_248, architecture.MultiplyAdds);
        Assert.Equal("neutral,anger,contempt,disgust,fear,happy,sadness,surprise", string.Join(',', architecture.Labels));
    }

    [Theory]
    // conv 1 on a 21×21 map, conv 2 on 11×11, 3872 or 1152 features: counted by hand.
    [InlineData("v", 1, 1040 + 8224 + (3872 * 256) + 256 + (256 * 8) + 8,
        (21L * 21 * 64 * 16) + (11 * 11 * 256 * 32) + (3872 * 256) + (256 * 8))]
    [InlineData("p1", 4, 1040 + 8224 + (3872 * 64) + 64 + (64 * 8) + 8,
        (42L * 42 * 64 * 16) + (11 * 11 * 256 * 32) + (3872 * 64) + (64 * 8))]
    [InlineData("p2", 8, 1040 + 8224 + (1152 * 96) + 96 + (96 * 8) + 8,
        (21L * 21 * 64 * 16) + (11 * 11 * 256 * 32) + (1152 * 96) + (96 * 8))]
    [InlineData("p12", 1, 1040 + 8224 + (1152 * 768) + 768 + (768 * 8) + 8,
        (42L * 42 * 64 * 16) + (11 * 11 * 256 * 32) + (1152 * 768) + (768 * 8))]
    public void Candidates_have_the_counts_of_a_hand_calculation(string name, int squeeze, long parameters, long multiplyAdds)
    {
        Architecture architecture = OriginalArchitectures.Candidate(name, squeeze);
        Assert.Equal(parameters, architecture.ParameterCount);
        Assert.Equal(multiplyAdds, architecture.MultiplyAdds);
    }

    [Fact]
    public void Shapes_are_those_of_the_paper()
    {
        string shapes = string.Join(' ', OriginalArchitectures.MicroExpNet().Layers.Select(layer => $"{layer.Name}:{layer.OutputShape}"));
        Assert.Equal(
            "conv1:42×42×16 relu1:42×42×16 pool1:21×21×16 conv2:11×11×32 relu2:11×11×32 pool2:6×6×32 flatten:1152 fc1:48 relu3:48 logits:8",
            shapes);
    }

    [Fact]
    public void Any_input_size_and_any_labels_are_taken()
    {
        Architecture architecture = OriginalArchitectures.Candidate("p12", 16, height: 48, width: 100, labels: ["yes", "no"]);
        Assert.Equal(new TensorShape(48, 100, 1), architecture.Input);
        Assert.Equal(3 * 7 * 32, architecture.Layers.First(layer => layer.Name == "flatten").OutputShape.Length);
        Assert.Equal(2, architecture.Layers[^1].OutputShape.Length);
    }

    [Theory]
    [InlineData("p12", 5, "squeeze coefficient 5 does not divide 768")]
    [InlineData("v", 3, "squeeze coefficient 3 does not divide 256")]
    [InlineData("v", 0, "squeeze coefficient 0 does not divide 256")]
    [InlineData("p3", 1, "unknown candidate 'p3'")]
    public void What_does_not_exist_is_refused_by_name(string name, int squeeze, string message)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => OriginalArchitectures.Candidate(name, squeeze));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    // TensorFlow's SAME: ⌈size / stride⌉ places, the odd row or column at the bottom and right.
    [InlineData(84, 8, 2, 42, 3, 3)]
    [InlineData(84, 8, 4, 21, 2, 2)]
    [InlineData(21, 4, 2, 11, 1, 2)]
    [InlineData(11, 2, 2, 6, 0, 1)]
    [InlineData(5, 1, 3, 2, 0, 0)]
    public void Same_padding_is_tensorflow_s(int size, int window, int stride, int places, int before, int after)
    {
        TensorShape input = new(size, size, 1);
        Window square = Window.Square(window, stride);
        Padding padding = Padding.Same(input, square);
        Assert.Equal(new Padding(before, before, after, after), padding);
        Assert.Equal((places, places), square.Positions(input, padding));
    }
}
