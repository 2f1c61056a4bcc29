using System.Numerics;
using MicroExpNet.Architectures;

namespace MicroExpNet.Training.Layers;

/// <summary>An architecture made ready to train: a shard's tensors and the layers between them, all parameters in one row.</summary>
internal sealed unsafe class TrainingNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<(TrainingLayer<T> Layer, int Offset)> _layers = [];
    private readonly Tensor<T>[] _tensors;

    /// <summary>Lays a network out for shards of some images.</summary>
    /// <param name="architecture">The network, ending in logits.</param>
    /// <param name="images">Images in a shard, at most.</param>
    /// <exception cref="ArgumentException">A layer can't be trained.</exception>
    public TrainingNetwork(Architecture architecture, int images)
    {
        Input = new Tensor<T>(architecture.Input, Border(architecture, Layer.NetworkInput), images);
        _tensors = new Tensor<T>[architecture.Layers.Length];
        for (int i = 0; i < _tensors.Length; i++)
        {
            Layer layer = architecture.Layers[i];
            Tensor<T> input = layer.Inputs[0] == Layer.NetworkInput ? Input : _tensors[layer.Inputs[0]];
            bool inPlace = layer is Relu or Clip { Minimum: 0 };
            _tensors[i] = inPlace ? input : new Tensor<T>(layer.OutputShape, Border(architecture, i), images);
            TrainingLayer<T> made = Make(layer, input, _tensors[i], layer.Inputs[0] != Layer.NetworkInput);
            _layers.Add((made, ParameterCount));
            ParameterCount += made.ParameterCount;
        }
    }

    /// <summary>Parameters of all layers: in the order of the layers, each layer's weights, then its biases.</summary>
    public int ParameterCount { get; }

    /// <summary>The shard's images.</summary>
    public Tensor<T> Input { get; }

    /// <summary>The shard's logits.</summary>
    public Tensor<T> Logits => _tensors[^1];

    /// <summary>Computes the logits.</summary>
    public void Forward(in Pass pass, T* parameters)
    {
        foreach ((TrainingLayer<T> layer, int offset) in _layers) layer.Forward(pass, parameters + offset, null);
    }

    /// <summary>Adds to the parameters' gradient what follows from the logits' gradient.</summary>
    public void Backward(in Pass pass, T* parameters, T* gradient)
    {
        // The logits' gradient is the caller's; every other is a sum over readers.
        foreach (Tensor<T> tensor in _tensors)
        {
            if (tensor != Logits) tensor.ClearGradient(pass.Images);
        }

        for (int i = _layers.Count - 1; i >= 0; i--) _layers[i].Layer.Backward(pass, parameters + _layers[i].Offset, gradient + _layers[i].Offset);
    }

    private static TrainingLayer<T> Make(Layer layer, Tensor<T> input, Tensor<T> output, bool needsInputGradient) => layer switch
    {
        Convolution convolution => new ConvolutionLayer<T>(convolution, input, output, needsInputGradient),

        // A fully connected layer is a convolution of a vector with a 1×1 kernel.
        FullyConnected connected => new ConvolutionLayer<T>(
            new Convolution(connected.Name, Layer.NetworkInput, input.Shape, Window.Square(1, 1), default, output.Shape.Channels, 1), input, output, needsInputGradient),
        Relu => new ReluLayer<T>(output, T.PositiveInfinity),
        Clip { Minimum: 0 } clip => new ReluLayer<T>(output, T.CreateChecked(clip.Maximum)),
        MaxPool pool => new MaxPoolLayer<T>(pool, input, output),
        Flatten => new FlattenLayer<T>(input, output),
        _ => throw new ArgumentException($"layer '{layer.Name}' ({layer.Kind}) can't be trained yet"),
    };

    // What a layer's readers read around it, also behind an activation in its place, and what its own gradient needs.
    private static int Border(Architecture architecture, int position)
    {
        int border = position != Layer.NetworkInput && architecture.Layers[position] is Convolution own ? ConvolutionLayer<T>.OutputBorder(own) : 0;
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
}
