using MicroExpNet.Architectures;

namespace MicroExpNet.Training;

/// <summary>
/// The network of <c>microexpnet-tiny</c>: 48×48 grey pixels, a 3×3 stem of stride 2 with a max pool, one residual 3×3 convolution on 12×12
/// and one on 6×6 pixels, and two fully connected layers. It needs half the time of the paper's network. All widths are whole vectors.
/// </summary>
public static class TinyArchitecture
{
    /// <summary>The architecture's name.</summary>
    public const string Name = "tiny";

    /// <summary>Height and width of the input.</summary>
    public const int InputSize = 48;

    private const int Narrow = 16;
    private const int Wide = 32;

    /// <summary>Describes the network.</summary>
    /// <param name="labels">Names of the classes; the eight expressions where absent.</param>
    /// <exception cref="ArgumentException">There are no labels, or a name is given twice.</exception>
    public static Architecture Create(IEnumerable<string>? labels = null)
    {
        string[] classes = [.. labels ?? OriginalArchitectures.DefaultLabels];
        ArchitectureBuilder builder = new ArchitectureBuilder(Name, new TensorShape(InputSize, InputSize, 1))
            .Convolution("stem", 3, 2, Narrow)
            .Relu("stem_relu")
            .MaxPool("stem_pool", 2, 2);
        AddResidual(builder, "conv1", Narrow);
        builder.Convolution("down", 3, 2, Wide).Relu("down_relu");
        AddResidual(builder, "conv2", Wide);
        return builder.Flatten("flatten")
            .FullyConnected("fc1", Wide)
            .Relu("fc1_relu")
            .FullyConnected("logits", classes.Length)
            .Build(classes);
    }

    private static void AddResidual(ArchitectureBuilder builder, string name, int width)
    {
        int input = builder.Position;
        builder.Convolution(name, 3, 1, width).Add($"{name}_add", input).Relu($"{name}_relu");
    }
}
