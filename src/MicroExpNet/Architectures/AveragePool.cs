namespace MicroExpNet.Architectures;

/// <summary>The mean of each channel in a sliding window.</summary>
internal sealed class AveragePool : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="inputShape">That layer's shape.</param>
    /// <param name="window">The window and its stride.</param>
    /// <param name="padding">Rows and columns outside the image that the window may reach, fewer than the window has.</param>
    /// <param name="countPadding">Whether what lies outside the image counts as zeros in the mean.</param>
    /// <exception cref="ArgumentException">The window does not fit, or could lie wholly outside the image.</exception>
    public AveragePool(string name, int input, TensorShape inputShape, Window window, Padding padding, bool countPadding = false)
        : base(name, [input], Pooling.Shape(name, inputShape, window, padding))
    {
        InputShape = inputShape;
        Window = window;
        Padding = padding;
        CountPadding = countPadding;
    }

    /// <summary>The shape of what it reads.</summary>
    public TensorShape InputShape { get; }

    /// <summary>The window and its stride.</summary>
    public Window Window { get; }

    /// <summary>Rows and columns outside the image that the window may reach.</summary>
    public Padding Padding { get; }

    /// <summary>Whether what lies outside the image counts as zeros in the mean.</summary>
    public bool CountPadding { get; }

    /// <inheritdoc/>
    public override string Kind => "Average pool";

    /// <inheritdoc/>
    public override string Settings => Window.ToString();

    /// <inheritdoc/>
    public override bool IsFullyConvolutional => true;

    internal override Layer WithInputShapes(ReadOnlySpan<TensorShape> shapes) =>
        new AveragePool(Name, Inputs[0], shapes[0], Window, Padding, CountPadding);

    private protected override bool HasSettingsOf(Layer other) =>
        other is AveragePool own && own.InputShape == InputShape && own.Window == Window && own.Padding == Padding
        && own.CountPadding == CountPadding;
}
