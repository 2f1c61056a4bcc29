using System.Collections.Immutable;

namespace MicroExpNet.Architectures;

/// <summary>
/// The networks of the paper: the candidates <c>v</c>, <c>p1</c>, <c>p2</c>, <c>p12</c> with a squeeze coefficient, and MicroExpNet itself
/// (Cugu, Sener, Akbas: MicroExpNet: An Extremely Small and Fast Model For Expression Recognition From Face Images, IPTA 2019, arXiv
/// 1711.07011). Defaults are the original's: 84×84 grey pixels, eight expressions.
/// </summary>
public static class OriginalArchitectures
{
    /// <summary>The name of <see cref="MicroExpNet"/>.</summary>
    public const string MicroExpNetName = "microexpnet";

    /// <summary>Rows and columns of the original's input.</summary>
    public const int DefaultInputSize = 84;

    /// <summary>The squeeze coefficient of MicroExpNet, the paper's XXS.</summary>
    public const int MicroExpNetSqueeze = 16;

    /// <summary>The original's labels, in the order of its outputs.</summary>
    public static ImmutableArray<string> DefaultLabels { get; } =
        ["neutral", "anger", "contempt", "disgust", "fear", "happy", "sadness", "surprise"];

    /// <summary>The candidates' names.</summary>
    public static ImmutableArray<string> CandidateNames { get; } = ["v", "p1", "p2", "p12"];

    /// <summary>
    /// MicroExpNet: p12 with squeeze coefficient 16. At 84×84 and eight classes, 65,000 parameters and 2,853,248 multiply-adds.
    /// </summary>
    /// <param name="height">Rows of the input (the original's imgXdim).</param>
    /// <param name="width">Columns of the input (the original's imgYdim).</param>
    /// <param name="labels">The classes' names (their number is the original's nClasses); the eight expressions if absent.</param>
    public static Architecture MicroExpNet(
        int height = DefaultInputSize, int width = DefaultInputSize, IEnumerable<string>? labels = null) =>
        Candidate(MicroExpNetName, "p12", MicroExpNetSqueeze, height, width, labels);

    /// <summary>A candidate network.</summary>
    /// <param name="candidate">
    /// <c>v</c> (no pools), <c>p1</c> (a pool after the first convolution), <c>p2</c> (after the second) or <c>p12</c> (both).
    /// </param>
    /// <param name="squeeze">
    /// The squeeze coefficient s, which divides the width of the fully connected layer: 256 for v and p1, 768 for p2 and p12. The paper's
    /// M, S, XS and XXS are 1, 4, 8 and 16.
    /// </param>
    /// <param name="height">Rows of the input.</param>
    /// <param name="width">Columns of the input.</param>
    /// <param name="labels">The classes' names; the eight expressions if absent.</param>
    /// <exception cref="ArgumentException">The name is unknown or the squeeze coefficient does not divide.</exception>
    public static Architecture Candidate(
        string candidate, int squeeze, int height = DefaultInputSize, int width = DefaultInputSize, IEnumerable<string>? labels = null) =>
        Candidate($"{candidate}-s{squeeze}", candidate, squeeze, height, width, labels);

    /// <summary>The width of a candidate's fully connected layer before it is squeezed: 256 or 768.</summary>
    /// <param name="candidate">The candidate's name.</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    internal static int UnsqueezedWidth(string candidate) => PoolsAfterSecond(candidate) ? 768 : 256;

    private static Architecture Candidate(string name, string candidate, int squeeze, int height, int width, IEnumerable<string>? labels)
    {
        bool firstPool = PoolsAfterFirst(candidate);
        bool secondPool = PoolsAfterSecond(candidate);
        int unsqueezed = UnsqueezedWidth(candidate);
        if (squeeze < 1 || unsqueezed % squeeze != 0)
        {
            throw new ArgumentException(
                $"squeeze coefficient {squeeze} does not divide {unsqueezed}, the width of {candidate}'s fully connected layer",
                nameof(squeeze));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ImmutableArray<string> names = labels is null ? DefaultLabels : [.. labels];
        if (names.IsEmpty) throw new ArgumentException("a network needs at least one label", nameof(labels));

        // The first convolution has stride 2 if a pool follows, otherwise 4: both reduce 84×84 to 21×21.
        ArchitectureBuilder builder = new ArchitectureBuilder(name, new TensorShape(height, width, 1))
            .Convolution("conv1", size: 8, stride: firstPool ? 2 : 4, outputChannels: 16)
            .Relu("relu1");
        if (firstPool) builder.MaxPool("pool1", size: 2, stride: 2);
        builder.Convolution("conv2", size: 4, stride: 2, outputChannels: 32).Relu("relu2");
        if (secondPool) builder.MaxPool("pool2", size: 2, stride: 2);
        return builder
            .Flatten("flatten")
            .FullyConnected("fc1", unsqueezed / squeeze)
            .Relu("relu3")
            .FullyConnected("logits", names.Length)
            .Build(names);
    }

    private static bool PoolsAfterFirst(string candidate) => Known(candidate) is "p1" or "p12";

    private static bool PoolsAfterSecond(string candidate) => Known(candidate) is "p2" or "p12";

    private static string Known(string candidate) => CandidateNames.Contains(candidate)
        ? candidate
        : throw new ArgumentException($"unknown candidate '{candidate}': expected v, p1, p2 or p12", nameof(candidate));
}
