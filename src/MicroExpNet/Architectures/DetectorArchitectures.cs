using System.Collections.Immutable;

namespace MicroExpNet.Architectures;

/// <summary>
/// Fully convolutional networks that find faces: an 8×8 convolution with stride 4, a 3×3 convolution with stride 2, residual blocks of two
/// 3×3 convolutions on the grid of cells, and a 1×1 convolution that gives each cell's outputs.
/// </summary>
public static class DetectorArchitectures
{
    /// <summary>Height and width of the images that a network is described for; it reads images of any other size too.</summary>
    public const int DefaultInputSize = 128;

    /// <summary>
    /// What a network gives for each cell of 8×8 pixels: the logit of a face, the middle and the size of its square, and the middles of its
    /// eyes. docs/model-file.md has their units.
    /// </summary>
    public static ImmutableArray<string> OutputLabels { get; } =
        ["face", "x", "y", "size", "left_eye_x", "left_eye_y", "right_eye_x", "right_eye_y"];

    /// <summary>Describes a network.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="stemWidth">Channels of the first convolution, 1 or more.</param>
    /// <param name="widths">
    /// Channels of the convolution with stride 2 and of each block, 1 or more each; a block of another width than the one before it has no
    /// shortcut.
    /// </param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public static Architecture Detector(string name, int stemWidth, ImmutableArray<int> widths)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stemWidth, 1);
        if (widths.IsDefaultOrEmpty || widths.Any(width => width < 1))
        {
            throw new ArgumentException("each part needs a width of 1 or more", nameof(widths));
        }

        ArchitectureBuilder builder = new ArchitectureBuilder(name, new TensorShape(DefaultInputSize, DefaultInputSize, 1))
            .PaddedConvolution("stem", 8, 4, stemWidth, 2)
            .Relu("stem_relu")
            .PaddedConvolution("down", 3, 2, widths[0], 1)
            .Relu("down_relu");
        for (int block = 1; block < widths.Length; block++)
        {
            int input = builder.Position;
            bool isResidual = widths[block] == widths[block - 1];
            builder.PaddedConvolution($"block{block}_conv1", 3, 1, widths[block], 1).Relu($"block{block}_relu1");
            builder.PaddedConvolution($"block{block}_conv2", 3, 1, widths[block], 1);
            if (isResidual) builder.Add($"block{block}_add", input);
            builder.Relu($"block{block}_relu2");
        }

        return builder.PaddedConvolution("faces", 1, 1, OutputLabels.Length, 0).Build(OutputLabels);
    }
}
