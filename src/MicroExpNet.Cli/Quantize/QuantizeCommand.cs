using System.CommandLine;
using System.Globalization;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Quantization;
using Spectre.Console;

namespace MicroExpNet.Cli.Quantize;

/// <summary>The arguments of <c>mexp quantize</c>, and what they lead to.</summary>
internal static class QuantizeCommand
{
    private const int DefaultCount = 1024;

    private const string Examples = """
        Examples:
          mexp quantize mine.onnx --calibrate faces/ -o mine.int8.onnx
              the ranges of the values between layers are those these faces show
          mexp evaluate --model mine.int8.onnx --data validation/
              how well it does: labels play no part in quantising

        Exit codes: 0 written; 1 the faces cannot be used (nothing is written); 2 the command
        itself is wrong; 130 stopped.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = new("MODEL") { Description = "The float model: an ONNX file, or a TensorFlow checkpoint (its folder, prefix or .index file)." };
        Option<string> calibrate = new("--calibrate")
        {
            HelpName = "PATH",
            Description = "Faces such as the model will see: a folder or .zip (a folder for each class, FER+, CK+, Oulu-CASIA), FER2013's .csv, or a file of lines 'path label'.",
            Required = true,
        };
        Option<int> count = new("--count") { HelpName = "N", Description = $"How many of the faces are used, spread over all. [default: {DefaultCount}]", CustomParser = OptionValue.Integer(1), DefaultValueFactory = _ => DefaultCount };
        Option<string> output = new("--output", "-o") { HelpName = "FILE", Description = "The ONNX file to write; an existing one is replaced.", Required = true };
        CommandWithExamples command = new("quantize", "Makes a model of a quarter of the size that computes in 8 bits.", Examples) { model, calibrate, count, output };
        command.SetAction((parsed, cancellation) => Task.Run(() =>
        {
            Run(parsed.GetValue(model)!, parsed.GetValue(calibrate)!, parsed.GetValue(count), parsed.GetValue(output)!, terminal, cancellation);
            return ExitCode.Success;
        }));
        return command;
    }

    private static void Run(string path, string calibrate, int count, string output, Terminal terminal, CancellationToken cancellation)
    {
        Model model = ModelSource.Load(path, ExitCode.WrongCommand).Model;
        if (model.Quantization is not null) throw new CommandException(ExitCode.WrongCommand, $"{path}: computes in 8 bits already; expected a float model");
        if (model.Architecture.Input.Channels != 1) throw new CommandException(ExitCode.WrongCommand, $"{path}: reads {model.Architecture.Input}; expected grey faces, one channel");
        byte[] faces = Faces(calibrate, count, model, cancellation);
        Model quantized;
        try
        {
            quantized = new ModelQuantizer(model, faces).Quantize(cancellation);
        }
        catch (ModelFormatException e)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{path}: {e.Message}");
        }

        using MemoryStream before = new();
        model.Save(before);
        long size;
        using (OutputFile file = new(output))
        {
            quantized.Save(file.Stream);
            size = file.Stream.Length;
            file.Commit();
        }

        int used = faces.Length / model.Architecture.Input.Length;
        Grid facts = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Add(facts, "written", Message.OneLine(output));
        Add(facts, "size", string.Create(CultureInfo.InvariantCulture, $"{size:N0} bytes, {(double)size / before.Length:0.0%} of the float model's {before.Length:N0}"));
        Add(facts, "calibrated on", string.Create(CultureInfo.InvariantCulture, $"{used:N0} faces"));
        Add(facts, "same answer", string.Create(CultureInfo.InvariantCulture, $"{Agreement(model, quantized, faces, used):0.0%} of these faces get the same first class as from the float model"));
        terminal.CreateConsole().Write(facts);
    }

    private static byte[] Faces(string path, int count, Model model, CancellationToken cancellation)
    {
        FaceDataSet data;
        try
        {
            data = FaceDataSet.Load(path, VoteRule.Any, cancellation);
        }
        catch (Exception e) when (e is DataSetFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.InputFailed, e is DataSetFormatException ? e.Message : Message.Of(e, path));
        }

        count = Math.Min(count, data.Samples.Length);
        FaceDataSet spread = data.Select(data.Name, [.. Enumerable.Range(0, count).Select(i => (int)((long)i * data.Samples.Length / count))]);
        return PreparedFaces.Prepare(spread, model.Architecture.Input, model.Card.FaceCrop).Pixels(0, count).ToArray();
    }

    private static double Agreement(Model model, Model quantized, byte[] faces, int count)
    {
        int[] expected = First(model, faces, count), got = First(quantized, faces, count);
        return expected.Where((first, i) => first == got[i]).Count() / (double)count;
    }

    private static int[] First(Model model, byte[] faces, int count)
    {
        int classes = model.Architecture.Output.Length;
        float[] logits = new float[count * classes];
        new Network(model).Run(faces, count, logits);
        return [.. Enumerable.Range(0, count).Select(i => logits.AsSpan(i * classes, classes).ToArray().Index().MaxBy(logit => logit.Item).Index)];
    }

    private static void Add(Grid facts, string name, string value) => facts.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), new Text(value));
}
