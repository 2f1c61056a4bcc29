using System.Numerics;
using MicroExpNet.Architectures;
using MicroExpNet.Training.Kernels;

namespace MicroExpNet.Training.Layers;

/// <summary>An architecture made ready to train: a shard's tensors and the layers between them, all parameters in one row.</summary>
internal sealed unsafe class TrainingNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Stage> _stages = [];
    private readonly List<Tensor<T>> _cleared = [];
    private readonly Tensor<T>[] _outputs;

    /// <summary>Lays a network out for shards of some images.</summary>
    /// <param name="architecture">The network, ending in logits.</param>
    /// <param name="images">Images in a shard, at most.</param>
    /// <param name="batchNormalization">Whether each convolution is normalised over the shard, in place of its biases; one that gives the outputs is not.</param>
    /// <param name="keepProbability">What dropout before the last fully connected layer keeps; 1 for none.</param>
    /// <exception cref="ArgumentException">A layer can't be trained.</exception>
    public TrainingNetwork(Architecture architecture, int images, bool batchNormalization = false, double keepProbability = 1)
    {
        Architecture = architecture;
        Images = images;
        Input = new Tensor<T>(architecture.Input, Border(architecture, Layer.NetworkInput), images);
        _outputs = new Tensor<T>[architecture.Layers.Length];
        int last = LastFullyConnected(architecture);
        for (int i = 0; i < _outputs.Length; i++)
        {
            Layer layer = architecture.Layers[i];
            Tensor<T> input = Output(layer.Inputs[0]);
            if (i == last && keepProbability < 1) Append(i, new DropoutLayer<T>(input, keepProbability));
            bool normalized = batchNormalization && layer is Convolution && i < _outputs.Length - 1;
            if (layer is Relu or Clip { Minimum: 0 })
            {
                int others = architecture.Layers.Count(other => other.Inputs.Contains(layer.Inputs[0])) - 1;
                if (layer.Inputs[0] == Layer.NetworkInput || others > 0)
                {
                    throw new ArgumentException($"layer '{layer.Name}' ({layer.Kind}) shares its input with another layer and can't be trained yet");
                }

                _outputs[i] = input;
            }
            else
            {
                int border = (layer is Convolution own ? ConvolutionLayer<T>.OutputBorder(own) : 0, Border(architecture, i)) switch
                {
                    var (gradient, _) when normalized => gradient,
                    var (gradient, values) => Math.Max(gradient, values),
                };
                _outputs[i] = new Tensor<T>(layer.OutputShape, border, images);
                _cleared.Add(_outputs[i]);
            }

            Append(i, Make(layer, input, _outputs[i], layer.Inputs[0] != Layer.NetworkInput, !normalized));
            if (!normalized) continue;
            Tensor<T> convolved = _outputs[i];
            _outputs[i] = new Tensor<T>(layer.OutputShape, Border(architecture, i), images);
            _cleared.Add(_outputs[i]);
            Append(i, new NormalizationLayer<T>(convolved, _outputs[i]));
        }

        // The logits' gradient is the caller's; every other is a sum over readers and starts from zero.
        _cleared.Remove(Logits);
    }

    public Architecture Architecture { get; }

    /// <summary>Images in a shard, at most.</summary>
    public int Images { get; }

    /// <summary>Parameters of all layers: in the order of the layers, each layer's weights, then its biases, or its normalisation's shifts and scales.</summary>
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
    /// <param name="statistics">Receives the shard's statistics; null where nobody asks.</param>
    public void Forward(in Pass pass, T* parameters, T* statistics = null)
    {
        foreach (Stage stage in _stages)
        {
            stage.Layer.Forward(pass, parameters + stage.Parameters, statistics == null ? null : statistics + stage.Statistics);
        }
    }

    /// <summary>Adds to the parameters' gradient what follows from the logits' gradient.</summary>
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
                stage.Position, layer, stage.Parameters, weights, stage.Layer.ParameterCount - weights, normalization ? stage.Statistics : null);
        }
    }

    private Tensor<T> Output(int position) => position == Layer.NetworkInput ? Input : _outputs[position];

    private void Append(int position, TrainingLayer<T> layer)
    {
        _stages.Add(new Stage(position, layer, ParameterCount, StatisticCount));
        ParameterCount += layer.ParameterCount;
        StatisticCount += layer.StatisticCount;
    }

    private TrainingLayer<T> Make(Layer layer, Tensor<T> input, Tensor<T> output, bool needsInputGradient, bool biases) => layer switch
    {
        Convolution convolution => new ConvolutionLayer<T>(convolution, input, output, needsInputGradient, biases),

        // A fully connected layer is a convolution of a vector with a 1×1 kernel.
        FullyConnected connected => new ConvolutionLayer<T>(
            new Convolution(connected.Name, Layer.NetworkInput, input.Shape, Window.Square(1, 1), default, output.Shape.Channels, 1), input, output, needsInputGradient),
        Relu => new ReluLayer<T>(output, T.PositiveInfinity),
        Clip { Minimum: 0 } clip => new ReluLayer<T>(output, T.CreateChecked(clip.Maximum)),
        PointwiseLayer pointwise => new FunctionLayer<T>(PointwiseKernel<T>.For(pointwise), input, output),
        MaxPool pool => new MaxPoolLayer<T>(pool, input, output),
        AveragePool pool => new AveragePoolLayer<T>(pool, input, output),
        GlobalAveragePool => new AveragePoolLayer<T>(input, output),
        Add => new AddLayer<T>(input, Output(layer.Inputs[1]), output),
        Flatten => new FlattenLayer<T>(input, output),
        _ => throw new ArgumentException($"layer '{layer.Name}' ({layer.Kind}) can't be trained"),
    };

    // What a layer's readers read around it, also behind an activation in its place, and what its own gradient needs.
    private static int Border(Architecture architecture, int position)
    {
        int border = 0;
        for (int i = position + 1; i < architecture.Layers.Length; i++)
        {
            Layer reader = architecture.Layers[i];
            if (!reader.Inputs.Contains(position)) continue;
            border = Math.Max(border, reader switch
            {
                Convolution convolution => ConvolutionLayer<T>.InputBorder(convolution),
                Relu or Clip => Border(architecture, i),
                _ => 0,
            });
        }

        return border;
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
