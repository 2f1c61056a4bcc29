using System.Globalization;
using MicroExpNet.Architectures;
using MicroExpNet.Models;
using Spectre.Console;

namespace MicroExpNet.Cli.Inspect;

/// <summary>A model as a table of its layers and a list of what its card says.</summary>
internal static class InspectionTable
{
    /// <summary>Writes the table.</summary>
    /// <param name="model">The model.</param>
    /// <param name="file">Its path.</param>
    /// <param name="bytes">Its size on disk.</param>
    /// <param name="console">Where to.</param>
    public static void Write(Model model, string file, long bytes, IAnsiConsole console)
    {
        Architecture architecture = model.Architecture;
        Table layers = new Table().Border(TableBorder.Simple).ShowFooters()
            .AddColumn(new TableColumn("layer").Footer("total").NoWrap())
            .AddColumn(new TableColumn("kind").NoWrap())
            .AddColumn(new TableColumn("settings").NoWrap())
            .AddColumn(new TableColumn("output").NoWrap())
            .AddColumn(new TableColumn("parameters").Footer(Number(architecture.ParameterCount)).RightAligned().NoWrap())
            .AddColumn(new TableColumn("multiply-adds").Footer(Number(architecture.MultiplyAdds)).RightAligned().NoWrap());
        foreach (Layer layer in architecture.Layers)
        {
            layers.AddRow(
                new Text(Message.OneLine(layer.Name)),
                new Text(layer.Kind),
                new Text(layer.Settings),
                new Text(layer.OutputShape.ToString()),
                new Text(layer.ParameterCount == 0 ? "" : Number(layer.ParameterCount)),
                new Text(layer.MultiplyAdds == 0 ? "" : Number(layer.MultiplyAdds)));
        }

        ModelCard card = model.Card;
        FactTable facts = new();
        facts.Add("file", file);
        facts.Add("size", $"{Number(bytes)} bytes");
        facts.Add("architecture", architecture.Name);
        facts.Add("input", architecture.Input.ToString());
        facts.Add("labels", string.Join(", ", architecture.Labels));
        facts.Add("computes in", model.Quantization is null ? "floats" : "8 bits");
        facts.Add("pixels", string.Create(CultureInfo.InvariantCulture, $"0 to 255, × {card.PixelScale} + {card.PixelOffset}"));
        facts.Add("face crop", card.FaceCrop?.ToString() ?? "none: the face's box is resized to the input");
        if (card.Antialias) facts.Add("resizing", "antialiased where the face is larger than the input");
        if (card.Leveling != 0)
        {
            facts.Add("leveling",
                string.Create(CultureInfo.InvariantCulture, $"{card.Leveling:0.##} of the way to mean 128, deviation 58"));
        }

        if (card.MirrorMean) facts.Add("answer", "mean over the face and its mirror image");
        facts.Add("description", card.Description);
        facts.Add("training data", card.TrainingData);
        facts.Add("licence", card.License);
        facts.Add("source", card.Source);
        facts.Add("scores", card.Scores);
        foreach ((string name, string value) in card.Other) facts.Add(name, value);
        console.Write(layers);
        facts.Write(console);
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
