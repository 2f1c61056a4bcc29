using System.Collections.Immutable;

namespace MicroExpNet.Architectures;

/// <summary>
/// Small residual networks (He, Zhang, Ren, Sun, 2016) for faces of 48×48 pixels: a stem, stages of residual blocks of two 3×3
/// convolutions, each stage half as large as the one before, a global average and one fully connected layer.
/// </summary>
public static class ResidualArchitectures
{
    /// <summary>Height and width the networks are made for: the faces in the wild there are to train on have no more.</summary>
    public const int DefaultInputSize = 48;

    /// <summary>Describes a network.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="widths">Channels of each stage, 1 stage or more.</param>
    /// <param name="blocks">Residual blocks in each stage, 1 or more.</param>
    /// <param name="stemSize">Height and width of the first convolution's kernel, 1 or more.</param>
    /// <param name="stemStride">1, and the first stage halves its input; or 2, and the first stage does not.</param>
    /// <param name="inputSize">Height and width of the input.</param>
    /// <param name="labels">Names of the classes; the eight expressions where absent.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public static Architecture Residual(
        string name,
        ImmutableArray<int> widths,
        int blocks = 1,
        int stemSize = 5,
        int stemStride = 2,
        int inputSize = DefaultInputSize,
        IEnumerable<string>? labels = null)
    {
        if (widths.IsDefaultOrEmpty || widths.Any(width => width < 1))
        {
            throw new ArgumentException("each stage needs a width of 1 or more", nameof(widths));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stemSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        if (stemStride is not (1 or 2)) throw new ArgumentException("the stem's stride is 1 or 2", nameof(stemStride));
        ImmutableArray<string> classes = labels is null ? OriginalArchitectures.DefaultLabels : [.. labels];
        ArchitectureBuilder builder = new ArchitectureBuilder(name, new TensorShape(inputSize, inputSize, 1))
            .Convolution("stem", stemSize, stemStride, widths[0])
            .Relu("stem_relu");
        for (int stage = 0; stage < widths.Length; stage++)
        {
            for (int block = 0; block < blocks; block++)
            {
                bool halves = block == 0 && (stage > 0 || stemStride == 1);
                bool projects = halves || (block == 0 && stage > 0);
                Block(builder, $"stage{stage + 1}_{block + 1}", widths[stage], halves ? 2 : 1, projects);
            }
        }

        return builder.GlobalAveragePool("average").FullyConnected("logits", classes.Length).Build(classes);
    }

    // Where the block changes its input's shape, a 1×1 convolution of the same stride brings the input to the new one.
    private static void Block(ArchitectureBuilder builder, string name, int width, int stride, bool projects)
    {
        int input = builder.Position, shortcut = input;
        if (projects)
        {
            builder.Convolution($"{name}_shortcut", 1, stride, width);
            shortcut = builder.Position;
        }

        builder
            .Convolution($"{name}_conv1", 3, stride, width, from: input)
            .Relu($"{name}_relu1")
            .Convolution($"{name}_conv2", 3, 1, width)
            .Add($"{name}_add", shortcut)
            .Relu($"{name}_relu2");
    }
}
