using System.Text;
using MicroExpNet.Architectures;

namespace MicroExpNet.Fuzz;

/// <summary>Networks described in code, with small sizes and with sizes near the limits, in floats and in bytes.</summary>
internal sealed class Graphs : FuzzTarget
{
    public override string Name => "graphs";

    public override bool Try(Random random, out byte[] input)
    {
        bool large = random.Next(4) == 0;
        input = [];
        if (RandomGraph.Draw(random, large ? 1 << random.Next(6, 27) : 40, large ? 200_000 : 20_000) is not { } model) return false;
        input = Encoding.UTF8.GetBytes(Describe(model.Architecture));
        bool accepted = RunnableModel.Run(model, random);
        if (random.Next(2) == 0) RunnableModel.Run(RandomGraph.Quantize(model, random), random);
        return accepted;
    }

    private static string Describe(Architecture architecture) =>
        $"{architecture.Input}\n" + string.Join("\n", architecture.Layers.Select(layer =>
            $"{layer.Name}({string.Join(",", layer.Inputs)}) {layer.Kind} {Window(layer)} {layer.OutputShape}"));

    private static string Window(Layer layer) => layer switch
    {
        Convolution convolution => $"{convolution.Window} {convolution.Padding} groups {convolution.Groups}",
        MaxPool pool => $"{pool.Window} {pool.Padding}",
        AveragePool pool => $"{pool.Window} {pool.Padding}",
        _ => "",
    };
}
