using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference;

/// <summary>
/// The fully connected layers at a network's end, which run for several images together so that weights are read once for all of them.
/// A network without such layers has an empty head, which only copies the outputs.
/// </summary>
/// <remarks>
/// Its memory is two blocks of <c>[image, value]</c>, which the layers read and write alternately.
/// </remarks>
internal sealed unsafe class NetworkHead
{
    private const int CacheLine = 16;

    private readonly HeadStep[] _layers;
    private readonly bool _endsInSoftmax;
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly int _stride;
    private readonly int _first;

    /// <summary>Puts a head together.</summary>
    /// <param name="layers">The fully connected layers, each reading the one before it.</param>
    /// <param name="endsInSoftmax">Whether a softmax follows them.</param>
    /// <param name="inputs">Values that the first layer reads; the outputs of an empty head.</param>
    /// <param name="start">Where its memory starts, in floats: a multiple of a cache line.</param>
    public NetworkHead(HeadStep[] layers, bool endsInSoftmax, int inputs, int start)
    {
        _layers = layers;
        _endsInSoftmax = endsInSoftmax;
        _inputs = inputs;
        _outputs = layers is [.., HeadStep last] ? last.OutputCount : inputs;
        _first = start;
        _stride = WholeLines(MaxValues(layers, inputs));
    }

    /// <summary>Floats of scratch memory that a head takes.</summary>
    /// <param name="layers">Its layers.</param>
    /// <param name="inputs">Values that the first layer reads.</param>
    public static long Floats(HeadStep[] layers, int inputs) =>
        (layers.Length == 0 ? 1L : 2L) * InferencePlan.MaxImages * WholeLines(MaxValues(layers, inputs));

    /// <summary>Where the values go that the head reads of one image.</summary>
    /// <param name="scratch">The scratch memory.</param>
    /// <param name="image">The image's index.</param>
    public Span<float> Input(AlignedMemory<float> scratch, int image) => scratch.Span.Slice(_first + (image * _stride), _inputs);

    /// <summary>Runs the layers and copies the outputs.</summary>
    /// <param name="scratch">The scratch memory.</param>
    /// <param name="images">Number of images.</param>
    /// <param name="outputs"><c>[image, output]</c>.</param>
    public void Run(AlignedMemory<float> scratch, int images, Span<float> outputs)
    {
        (int from, int to) = (_first, _first + (InferencePlan.MaxImages * _stride));
        foreach (HeadStep layer in _layers)
        {
            layer.Run(scratch.Pointer + from, _stride, scratch.Pointer + to, _stride, images);
            (from, to) = (to, from);
        }

        for (int image = 0; image < images; image++)
        {
            Span<float> output = outputs.Slice(image * _outputs, _outputs);
            scratch.Span.Slice(from + (image * _stride), _outputs).CopyTo(output);
            if (_endsInSoftmax) SoftmaxFunction.Probabilities(output, output);
        }
    }

    private static int MaxValues(HeadStep[] layers, int inputs)
    {
        int max = inputs;
        foreach (HeadStep layer in layers) max = Math.Max(max, layer.OutputCount);
        return max;
    }

    /// <summary>A number of floats, rounded up to whole cache lines.</summary>
    public static int WholeLines(int floats) => (floats + CacheLine - 1) / CacheLine * CacheLine;
}
