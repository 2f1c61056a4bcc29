namespace MicroExpNet.Architectures;

/// <summary>The maximum of each channel in a sliding window; what lies outside the image does not count.</summary>
internal sealed class MaxPool : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's shape.</param>
    /// <param name="window">The window and its stride.</param>
    /// <param name="padding">Rows and columns outside the image that the window may reach, fewer than the window has.</param>
    /// <exception cref="ArgumentException">The window does not fit, or could lie wholly outside the image.</exception>
    public MaxPool(string name, int input, TensorShape inputShape, Window window, Padding padding)
        : base(name, [input], Pooling.Shape(name, inputShape, window, padding))
    {
        InputShape = inputShape;
        Window = window;
        Padding = padding;
    }

    /// <summary>The shape of what it reads.</summary>
    public TensorShape InputShape { get; }

    /// <summary>The window and its stride.</summary>
    public Window Window { get; }

    /// <summary>Rows and columns outside the image that the window may reach.</summary>
    public Padding Padding { get; }

    /// <inheritdoc/>
    public override string Kind => "Max pool";

    /// <inheritdoc/>
    public override string Settings => Window.ToString();

    /// <inheritdoc/>
    public override bool IsFullyConvolutional => true;

    internal override Layer WithInputShapes(ReadOnlySpan<TensorShape> shapes) =>
        new MaxPool(Name, Inputs[0], shapes[0], Window, Padding);

    private protected override bool HasSettingsOf(Layer other) =>
        other is MaxPool own && own.InputShape == InputShape && own.Window == Window && own.Padding == Padding;
}
