using System.Text.Json.Nodes;

namespace MicroExpNet.Training.Tests.Keras;

/// <summary>
/// Inception_v3 with a head of its own classes: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision" (2015),
/// in the form that Keras's documentation gives it.
/// </summary>
internal sealed class KerasInception
{
    private readonly KerasTestModel _model;

    private KerasInception(KerasTestModel model) => _model = model;

    /// <summary>Builds it with random weights.</summary>
    /// <param name="size">Rows and columns of its input, at least 75.</param>
    /// <param name="classes">Number of its outputs.</param>
    public static KerasTestModel Create(int size, int classes)
    {
        KerasTestModel model = new(new Random(11), [size, size, 3]) { Name = "inception_v3" };
        KerasInception builder = new(model);
        string x = model.PoolAll(builder.Build(model.Input), "Average");
        x = model.Add("Dropout", [x], new JsonObject { ["rate"] = 0.5 }, model.Shapes[x]);
        string output = model.Connect(x, classes, "softmax");

        // Random features are large; no class is to have all of the probability.
        Span<float> kernel = model.Layers.Single(layer => layer.Name == output)["kernel"];
        foreach (ref float weight in kernel) weight *= 0.2f;
        return model;
    }

    private string Build(string x)
    {
        x = Conv(x, 32, 3, 3, "valid", 2);
        x = Conv(x, 32, 3, 3, "valid");
        x = Conv(x, 64, 3, 3);
        x = _model.Pool(x, "Max", 3, 2, "valid");
        x = Conv(x, 80, 1, 1, "valid");
        x = Conv(x, 192, 3, 3, "valid");
        x = _model.Pool(x, "Max", 3, 2, "valid");
        int block = 0;
        foreach (int pooled in new[] { 32, 64, 64 })
        {
            x = Join(
                block++, Conv(x, 64, 1, 1), Chain(x, (48, 1, 1), (64, 5, 5)), Chain(x, (64, 1, 1), (96, 3, 3), (96, 3, 3)),
                Conv(Average(x), pooled, 1, 1));
        }

        x = Join(
            block++, Conv(x, 384, 3, 3, "valid", 2), Conv(Chain(x, (64, 1, 1), (96, 3, 3)), 96, 3, 3, "valid", 2),
            _model.Pool(x, "Max", 3, 2, "valid"));
        foreach (int width in new[] { 128, 160, 160, 192 })
        {
            x = Join(
                block++, Conv(x, 192, 1, 1), Chain(x, (width, 1, 1), (width, 1, 7), (192, 7, 1)),
                Chain(x, (width, 1, 1), (width, 7, 1), (width, 1, 7), (width, 7, 1), (192, 1, 7)), Conv(Average(x), 192, 1, 1));
        }

        x = Join(
            block++, Conv(Conv(x, 192, 1, 1), 320, 3, 3, "valid", 2),
            Conv(Chain(x, (192, 1, 1), (192, 1, 7), (192, 7, 1)), 192, 3, 3, "valid", 2), _model.Pool(x, "Max", 3, 2, "valid"));
        for (int i = 0; i < 2; i++)
        {
            string middle = Conv(x, 384, 1, 1), doubled = Chain(x, (448, 1, 1), (384, 3, 3));
            x = Join(
                block++, Conv(x, 320, 1, 1), _model.Concatenate([Conv(middle, 384, 1, 3), Conv(middle, 384, 3, 1)], $"mixed9_{i}"),
                _model.Concatenate([Conv(doubled, 384, 1, 3), Conv(doubled, 384, 3, 1)]), Conv(Average(x), 192, 1, 1));
        }

        return x;
    }

    private string Conv(string x, int filters, int height, int width, string padding = "same", int stride = 1) =>
        _model.Activate(_model.Normalize(_model.Convolve(x, filters, height, width, padding, stride)), "relu");

    private string Chain(string x, params (int Filters, int Height, int Width)[] layers) =>
        layers.Aggregate(x, (input, layer) => Conv(input, layer.Filters, layer.Height, layer.Width));

    private string Average(string x) => _model.Pool(x, "Average", 3, 1, "same");

    private string Join(int block, params string[] branches) => _model.Concatenate(branches, $"mixed{block}");
}
