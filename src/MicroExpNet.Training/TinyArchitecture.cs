using MicroExpNet.Architectures;

namespace MicroExpNet.Training;

/// <summary>
/// The network of <c>microexpnet-tiny</c>: 48×48 grey pixels, a 3×3 stem of stride 2 with a max pool, residual convolutions of 3×3 on
/// 12×12, 6×6 and 3×3 pixels, and a global average. In 8 bits it needs half the time of the paper's network. All widths are whole vectors.
/// </summary>
public static class TinyArchitecture
{
    /// <summary>The architecture's name.</summary>
    public const string Name = "tiny";

    /// <summary>Height and width of the input.</summary>
    public const int InputSize = 48;

    private const int Narrow = 16;
    private const int Medium = 32;
    private const int Wide = 48;

    /// <summary>Describes the network.</summary>
    /// <param name="labels">Names of the classes; the eight expressions where absent.</param>
    /// <exception cref="ArgumentException">There are no labels, or a name is given twice.</exception>
    public static Architecture Create(IEnumerable<string>? labels = null)
    {
        string[] classes = [.. labels ?? OriginalArchitectures.DefaultLabels];
        if (classes.Length == 0) throw new ArgumentException("a network needs at least one label", nameof(labels));
        ArchitectureBuilder builder = new ArchitectureBuilder(Name, new TensorShape(InputSize, InputSize, 1))
            .Convolution("stem", 3, 2, Narrow)
            .Relu("stem_relu")
            .MaxPool("stem_pool", 2, 2);
        AddResidual(builder, "conv1", Narrow);
        builder.Convolution("down1", 3, 2, Medium).Relu("down1_relu");
        int input = builder.Position;
        builder.Convolution("conv2a", 3, 1, Medium).Relu("conv2a_relu")
            .Convolution("conv2b", 3, 1, Medium).Add("conv2_add", input).Relu("conv2_relu")
            .Convolution("down2", 3, 2, Wide).Relu("down2_relu");
        AddResidual(builder, "conv3", Wide);
        return builder.GlobalAveragePool("pool").FullyConnected("logits", classes.Length).Build(classes);
    }

    private static void AddResidual(ArchitectureBuilder builder, string name, int width)
    {
        int input = builder.Position;
        builder.Convolution(name, 3, 1, width).Add($"{name}_add", input).Relu($"{name}_relu");
    }
}
