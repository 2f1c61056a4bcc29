using MicroExpNet.Models;

namespace MicroExpNet.Fuzz;

/// <summary>ONNX files: the shipped ones and small ones of every operator, with their bytes and their numbers changed.</summary>
internal sealed class ModelFiles : FuzzTarget
{
    private readonly byte[][] _corpus;

    /// <summary>Gathers the originals.</summary>
    /// <param name="folder">A folder of <c>.onnx</c> files.</param>
    public ModelFiles(string folder)
    {
        Random random = new(1);
        IEnumerable<byte[]> files = Directory.GetFiles(folder, "*.onnx").Order(StringComparer.Ordinal).Select(File.ReadAllBytes);
        IEnumerable<Model?> drawn = Enumerable.Range(0, 40).Select(_ => RandomGraph.Draw(random, maxSide: 24, maxWeights: 4000));
        IEnumerable<Model> models = drawn.OfType<Model>();
        _corpus = [.. files, .. models.SelectMany(model => (Model[])[model, RandomGraph.Quantize(model, random)]).SelectMany(Write)];
    }

    public override string Name => "models";

    public override bool Try(Random random, out byte[] input)
    {
        // The large ones seldom: most of their bytes are weights.
        int fromEnd = random.Next(1, random.Next(20) == 0 ? _corpus.Length + 1 : Math.Min(60, _corpus.Length));
        byte[] original = _corpus[^fromEnd];
        input = Damage(random, original);
        try
        {
            return RunnableModel.Run(Model.Load(new MemoryStream(input)), random);
        }
        catch (ModelFormatException)
        {
            return false;
        }
    }

    private static byte[] Damage(Random random, byte[] original)
    {
        if (random.Next(4) > 0 && WireMessage.Parse(original) is { } message)
        {
            message.Mutate(random);
            return message.ToBytes();
        }

        return ByteMutation.Apply(random, original);
    }

    // A model that ends in an image has no file, as some quantised ones have none.
    private static IEnumerable<byte[]> Write(Model model)
    {
        using MemoryStream stream = new();
        try
        {
            model.Save(stream);
        }
        catch (InvalidOperationException)
        {
            return [];
        }

        return [stream.ToArray()];
    }
}
