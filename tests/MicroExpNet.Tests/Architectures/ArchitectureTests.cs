using System.Collections.Immutable;
using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Tests.Architectures;

public class ArchitectureTests
{
    private static readonly TensorShape Input = new(8, 8, 2);

    // Each layer is right for the first shape and stands where it reads the second.
    public static TheoryData<string> Lies =>
        ["convolution", "fully connected", "relu", "flatten", "max pool", "average pool", "add", "softmax"];

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_layer_described_for_another_input_is_refused(string kind)
    {
        TensorShape lie = new(16, 4, 3);
        Window window = Window.Square(2, 2);
        Layer first = new Relu("first", Layer.NetworkInput, Input);
        Layer second = kind switch
        {
            "convolution" => new Convolution("lie", 0, lie, window, default, 4),
            "fully connected" => new FullyConnected("lie", 0, TensorShape.Vector(1000), 4),
            "relu" => new Relu("lie", 0, lie),
            "flatten" => new Flatten("lie", 0, lie),
            "max pool" => new MaxPool("lie", 0, lie, window, default),
            "average pool" => new AveragePool("lie", 0, lie, window, default),
            "add" => new Add("lie", 0, Layer.NetworkInput, lie, lie),
            _ => new Softmax("lie", 0, lie),
        };
        ArgumentException e = Assert.Throws<ArgumentException>(
            () => new Architecture("a", Input, [first, second], Labels(second.OutputShape.Length)));
        Assert.Contains("'lie'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_and_paddings_that_are_none_are_refused()
    {
        foreach (Window window in (Window[])[default, new(0, 1, 1, 1), new(1, -1, 1, 1), new(1, 1, 0, 1), new(1, 1, 1, -5),
            new(int.MaxValue, 1, 1, 1)])
        {
            Assert.Throws<ArgumentException>(() => new Convolution("c", -1, Input, window, default, 4));
            Assert.Throws<ArgumentException>(() => new MaxPool("c", -1, Input, window, default));
            Assert.Throws<ArgumentException>(() => new AveragePool("c", -1, Input, window, default));
            Assert.Throws<ArgumentException>(() => Padding.Same(Input, window));
        }

        foreach (Padding padding in (Padding[])[new(-1, 0, 0, 0), new(0, 0, 0, int.MinValue), new(int.MaxValue, 0, int.MaxValue, 0),
            new(0, int.MaxValue, 0, 0)])
        {
            Assert.Throws<ArgumentException>(() => new Convolution("c", -1, Input, Window.Square(3, 1), padding, 4));
            Assert.Throws<ArgumentException>(() => new MaxPool("c", -1, Input, Window.Square(3, 1), padding));
        }
    }

    [Fact]
    public void Sizes_beyond_an_array_are_refused()
    {
        TensorShape wide = TensorShape.Vector(1 << 26), huge = new(int.MaxValue, int.MaxValue, int.MaxValue);
        Assert.Equal(int.MaxValue, huge.Length);
        Assert.Throws<ArgumentException>(() => new Convolution("c", -1, wide, Window.Square(1, 1), default, 1 << 20));
        Assert.Throws<ArgumentException>(() => new Convolution("c", -1, new TensorShape(1, 1, 65_536), Window.Square(65_536, 1),
            new Padding(32_768, 32_768, 32_767, 32_767), 1));
        Assert.Throws<ArgumentException>(() => new FullyConnected("f", -1, wide, 1 << 20));
        Assert.Throws<ArgumentException>(() => new Relu("r", -1, huge));
        Assert.Throws<ArgumentException>(() => new Flatten("f", -1, new TensorShape(65_536, 65_536, 1)));
        Assert.Throws<ArgumentException>(() => new Architecture("a", new TensorShape(1 << 16, 1 << 16, 1),
            [new GlobalAveragePool("g", -1, new TensorShape(1 << 16, 1 << 16, 1))], ["x"]));
    }

    [Fact]
    public void Missing_parts_are_named()
    {
        Layer layer = new GlobalAveragePool("g", -1, Input);
        Assert.Throws<ArgumentNullException>(() => new Architecture("a", Input, null!, ["x", "y"]));
        Assert.Throws<ArgumentNullException>(() => new Architecture("a", Input, [layer], null!));
        Assert.Throws<ArgumentException>(() => new Architecture("a", Input, [null!], ["x", "y"]));
        Assert.Throws<ArgumentException>(() => new Architecture("a", Input, [], ["x", "y"]));
        Assert.Throws<ArgumentException>(() => new Architecture("a", Input, [layer, layer], ["x", "y"]));
        Assert.Throws<ArgumentNullException>(() => new LayerParameters(null!, []));
        Assert.Throws<ArgumentNullException>(() => new Model(new Architecture("a", Input, [layer], ["x", "y"]), null!, new ModelCard()));
    }

    [Fact]
    public void Layers_and_cards_are_equal_by_content()
    {
        Assert.Equal(new Add("a", 3, 1, Input, Input), new Add("a", 3, 1, Input, Input));
        Assert.NotEqual(new Add("a", 3, 1, Input, Input), new Add("a", 3, 2, Input, Input));
        Assert.NotEqual<Layer>(new Relu("a", 3, Input), new HardSwish("a", 3, Input));
        Assert.NotEqual(new Clip("a", 3, Input, 0, 6), new Clip("a", 3, Input, 0, 5));
        Assert.Equal(new ModelCard { ClassFrequencies = [0.5f, 0.5f] }, new ModelCard { ClassFrequencies = [0.5f, 0.5f] });
        Assert.NotEqual(new ModelCard { ClassFrequencies = [0.5f, 0.5f] }, new ModelCard { ClassFrequencies = [0.5f, 0.4f] });
        Assert.NotEqual(new ModelCard { Other = new ModelCard().Other.Add("a", "b") }, new ModelCard());
    }

    [Fact]
    public void Another_input_size_changes_all_shapes_and_nothing_else()
    {
        Architecture detector = DetectorArchitectures.Detector("d", 4, [8, 8, 8]);
        Architecture other = detector.WithInputSize(96, 64);
        Assert.Equal(new TensorShape(12, 8, 8), other.Output);
        Assert.Equal<Layer>(detector.Layers, other.WithInputSize(128, 128).Layers);
        ArgumentException e = Assert.Throws<ArgumentException>(() => OriginalArchitectures.MicroExpNet().WithInputSize(96, 96));
        Assert.Contains("'flatten'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_of_hostile_layers_never_overflow()
    {
        TensorShape image = new(4000, 4000, 1);
        Window window = new(4000, 4000, 1, 1);
        Layer[] layers = [.. Enumerable.Range(0,
            100_000).Select(i => new Convolution($"c{i}", i - 1, image, window, new Padding(2000, 2000, 1999, 1999), 1))];
        Assert.Equal(long.MaxValue, new Architecture("slow", image, layers, ["x"]).MultiplyAdds);
    }

    private static ImmutableArray<string> Labels(int count) => [.. Enumerable.Range(0, count).Select(i => $"class {i}")];
}
