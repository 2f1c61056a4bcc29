using System.Numerics;
using MicroExpNet.Architectures;
using MicroExpNet.Training.Kernels;

namespace MicroExpNet.Training.Layers;

/// <summary>An architecture ready to train: the tensors of a shard and the layers between them. All parameters lie in one array.</summary>
internal sealed unsafe class TrainingNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Stage> _stages = [];
    private readonly List<Tensor<T>> _cleared = [];
    private readonly Tensor<T>[] _outputs;

    /// <summary>Lays out a network for shards of images.</summary>
    /// <param name="architecture">The network, ending in logits.</param>
    /// <param name="images">Images in a shard, at most.</param>
    /// <param name="batchNormalization">
    /// Whether each convolution is normalised over the shard, in place of its biases. One that gives the outputs is not.
    /// </param>
    /// <param name="keepProbability">What dropout before the last fully connected layer keeps; 1 for no dropout.</param>
    /// <param name="memory">Counts what it allocates; absent for a count of its own.</param>
    /// <param name="hasInputGradient">Whether the gradient of the input is computed too, which training does not need.</param>
    /// <exception cref="ArgumentException">A layer can't be trained, or the network needs too much memory.</exception>
    public TrainingNetwork(
        Architecture architecture, int images, bool batchNormalization = false, double keepProbability = 1, TrainingMemory? memory = null,
        bool hasInputGradient = false)
    {
        Architecture = architecture;
        Images = images;
        memory ??= new TrainingMemory(architecture.Name);
        int[] borders = Borders(architecture), readers = Readers(architecture);
        Input = Allocate(memory, architecture.Input, borders[0], "the input");
        _outputs = new Tensor<T>[architecture.Layers.Length];
        int last = LastFullyConnected(architecture);
        Dictionary<Tensor<T>, TrainingLayer<T>> lastReaders = [];
        for (int i = 0; i < _outputs.Length; i++)
        {
            Layer layer = architecture.Layers[i];
            string values = $"the values of layer '{layer.Name}'";
            Tensor<T> input = Output(layer.Inputs[0]);
            if (i == last && keepProbability < 1)
            {
                Tensor<T> dropped = Allocate(memory, input.Shape, 0, values);
                _cleared.Add(dropped);
                Append(i, lastReaders[input] = new DropoutLayer<T>(input, dropped, keepProbability));
                input = dropped;
            }

            bool normalized = batchNormalization && layer is Convolution && i < _outputs.Length - 1;
            if (layer is Relu or Clip { Minimum: 0 })
            {
                if (layer.Inputs[0] == Layer.NetworkInput || readers[layer.Inputs[0] + 1] > 1)
                {
                    throw new ArgumentException(
                        $"layer '{layer.Name}' ({layer.Kind}) shares its input with another layer and can't be trained yet");
                }

                // A max pool after it does its work.
                _outputs[i] = input;
                if (!IsPooled(architecture, readers, i)) Append(i, new ReluLayer<T>(input, Bound(layer)));
                continue;
            }

            int own = layer is Convolution convolution ? ConvolutionLayer<T>.OutputBorder(convolution) : 0;
            _outputs[i] = Allocate(memory, layer.OutputShape, normalized ? own : Math.Max(own, borders[i + 1]), values);
            _cleared.Add(_outputs[i]);
            TrainingLayer<T> reader = layer is MaxPool pool && IsPooled(architecture, readers, layer.Inputs[0])
                ? new MaxPoolLayer<T>(pool, input, _outputs[i], (T.Zero, Bound(architecture.Layers[layer.Inputs[0]])))
                : Make(
                    memory, layer, input, _outputs[i], hasInputGradient || layer.Inputs[0] != Layer.NetworkInput, !normalized);
            Append(i, lastReaders[input] = reader);
            foreach (int other in layer.Inputs.Skip(1)) lastReaders[Output(other)] = reader;
            if (!normalized) continue;
            Tensor<T> convolved = _outputs[i];
            _outputs[i] = Allocate(memory, layer.OutputShape, borders[i + 1], values);
            _cleared.Add(_outputs[i]);
            Append(i, lastReaders[convolved] = new NormalizationLayer<T>(convolved, _outputs[i]));
        }

        // The caller writes the gradient of the logits. Every other is a sum over readers; the last reader's backward pass comes first.
        _cleared.Remove(Logits);
        if (hasInputGradient) _cleared.Add(Input);
        _cleared.RemoveAll(tensor => lastReaders.TryGetValue(tensor, out TrainingLayer<T>? reader) && reader.TryStart(tensor));
    }

    public Architecture Architecture { get; }

    /// <summary>Images in a shard, at most.</summary>
    public int Images { get; }

    /// <summary>
    /// Parameters of all layers: in the order of the layers, each layer's weights, then its biases, or its normalisation's shifts and
    /// scales.
    /// </summary>
    public int ParameterCount { get; private set; }

    /// <summary>Statistics of all normalisations.</summary>
    public int StatisticCount { get; private set; }

    /// <summary>The shard's images.</summary>
    public Tensor<T> Input { get; }

    /// <summary>The shard's logits.</summary>
    public Tensor<T> Logits => _outputs[^1];

    /// <summary>Computes the logits.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="parameters">All parameters.</param>
    /// <param name="statistics">Receives the shard's statistics; null where they are not needed.</param>
    public void Forward(in Pass pass, T* parameters, T* statistics = null)
    {
        foreach (Stage stage in _stages)
        {
            stage.Layer.Forward(pass, parameters + stage.Parameters, statistics == null ? null : statistics + stage.Statistics);
        }
    }

    /// <summary>Computes the gradients from that of the logits, and adds to the parameters' gradient.</summary>
    public void Backward(in Pass pass, T* parameters, T* gradient)
    {
        foreach (Tensor<T> tensor in _cleared) tensor.ClearGradient(pass.Images);
        for (int i = _stages.Count - 1; i >= 0; i--)
        {
            Stage stage = _stages[i];
            stage.Layer.Backward(pass, parameters + stage.Parameters, gradient + stage.Parameters);
        }
    }

    /// <summary>Where the parameters of the architecture's layers lie.</summary>
    public IEnumerable<ParameterBlock> Blocks()
    {
        foreach (Stage stage in _stages)
        {
            if (stage.Layer.ParameterCount == 0) continue;
            Layer layer = Architecture.Layers[stage.Position];
            bool normalization = stage.Layer is NormalizationLayer<T>;
            int weights = normalization ? 0 : (int)layer.WeightCount;
            yield return new ParameterBlock(
                stage.Position, layer, stage.Parameters, weights, stage.Layer.ParameterCount - weights,
                normalization ? stage.Statistics : null);
        }
    }

    private Tensor<T> Output(int position) => position == Layer.NetworkInput ? Input : _outputs[position];

    private Tensor<T> Allocate(TrainingMemory memory, TensorShape shape, int border, string purpose)
    {
        memory.Take(Tensor<T>.BytesOf(shape, border, Images), purpose);
        return new Tensor<T>(shape, border, Images);
    }

    private void Append(int position, TrainingLayer<T> layer)
    {
        _stages.Add(new Stage(position, layer, ParameterCount, StatisticCount));
        ParameterCount = checked(ParameterCount + layer.ParameterCount);
        StatisticCount = checked(StatisticCount + layer.StatisticCount);
    }

    private ConvolutionLayer<T> MakeConvolution(
        TrainingMemory memory, Convolution layer, Tensor<T> input, Tensor<T> output, bool needsInputGradient, bool biases)
    {
        memory.Take(ConvolutionLayer<T>.BytesOf(layer, Images), $"the weights of layer '{layer.Name}'");
        return new ConvolutionLayer<T>(layer, input, output, needsInputGradient, biases);
    }

    private TrainingLayer<T> Make(
        TrainingMemory memory, Layer layer, Tensor<T> input, Tensor<T> output, bool needsInputGradient, bool biases) => layer switch
        {
            Convolution convolution => MakeConvolution(memory, convolution, input, output, needsInputGradient, biases),

            // A fully connected layer is a convolution of a vector with a 1×1 kernel.
            FullyConnected connected => MakeConvolution(
                memory,
                new Convolution(connected.Name, Layer.NetworkInput, input.Shape, Window.Square(1, 1), default, output.Shape.Channels, 1),
                input, output, needsInputGradient, biases: true),
            PointwiseLayer pointwise => new FunctionLayer<T>(PointwiseKernel<T>.For(pointwise), input, output),
            MaxPool pool => new MaxPoolLayer<T>(pool, input, output, (T.NegativeInfinity, T.PositiveInfinity)),
            AveragePool pool => new AveragePoolLayer<T>(pool, input, output),
            GlobalAveragePool => new AveragePoolLayer<T>(input, output),
            Add => new AddLayer<T>(input, Output(layer.Inputs[1]), output),
            Flatten => new FlattenLayer<T>(input, output),
            _ => throw new ArgumentException($"layer '{layer.Name}' ({layer.Kind}) can't be trained"),
        };

    // Whether a layer is a ReLU or ReLU6 that a max pool alone reads, which then clamps in its place.
    private static bool IsPooled(Architecture architecture, int[] readers, int position) =>
        position != Layer.NetworkInput && architecture.Layers[position] is Relu or Clip { Minimum: 0 } && readers[position + 1] == 1
        && architecture.Layers.Any(layer => layer is MaxPool && layer.Inputs[0] == position);

    private static T Bound(Layer activation) => activation is Clip clip ? T.CreateChecked(clip.Maximum) : T.PositiveInfinity;

    // What the readers of each tensor read around it, also those after an activation, which shares the tensor; the input's comes first.
    private static int[] Borders(Architecture architecture)
    {
        int[] borders = new int[architecture.Layers.Length + 1];
        for (int i = architecture.Layers.Length - 1; i >= 0; i--)
        {
            Layer reader = architecture.Layers[i];
            int border = reader switch
            {
                Convolution convolution => ConvolutionLayer<T>.InputBorder(convolution),
                Relu or Clip => borders[i + 1],
                _ => 0,
            };
            foreach (int input in reader.Inputs) borders[input + 1] = Math.Max(borders[input + 1], border);
        }

        return borders;
    }

    // How many layers read each tensor; the input's number comes first.
    private static int[] Readers(Architecture architecture)
    {
        int[] readers = new int[architecture.Layers.Length + 1];
        foreach (Layer layer in architecture.Layers)
        {
            foreach (int input in layer.Inputs.Distinct()) readers[input + 1]++;
        }

        return readers;
    }

    private static int LastFullyConnected(Architecture architecture)
    {
        for (int i = architecture.Layers.Length - 1; i >= 0; i--)
        {
            if (architecture.Layers[i] is FullyConnected) return i;
        }

        return -1;
    }

    private readonly record struct Stage(int Position, TrainingLayer<T> Layer, int Parameters, int Statistics);
}
