using System.CommandLine;
using System.Globalization;
using MicroExpNet.Cli.Options;
using MicroExpNet.Cli.Train;
using MicroExpNet.Models;
using MicroExpNet.Training;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Evaluation;
using MicroExpNet.Training.Quantization;

namespace MicroExpNet.Cli.Quantize;

/// <summary>The arguments of <c>mexp quantize</c>, and what they lead to.</summary>
internal static class QuantizeCommand
{
    private const int DefaultCount = 1024;

    private const string Examples = """
        Examples:
          mexp quantize mine.onnx --calibrate faces/ -o mine.int8.onnx
              the ranges of the values between layers are those these faces show
          mexp quantize mine.onnx --calibrate faces/ --validation other/ -o mine.int8.onnx
              how well it does, too: labels play no part in quantising

        Exit codes: 0 written; 1 the faces cannot be used (nothing is written); 2 the command
        itself is wrong; 130 stopped.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = new("MODEL") { Description = $"The float model: {ModelOptions.Kinds}." };
        Option<string> calibrate = new("--calibrate")
        {
            HelpName = "PATH",
            Description =
                "Faces such as the model will see: a folder or .zip (a folder for each class, FER+, CK+, Oulu-CASIA), FER2013's .csv, " +
                "or a file of lines 'path label'.",
            Required = true,
        };
        Option<string> validation = new("--validation")
        {
            HelpName = "PATH",
            Description =
                "Labelled faces, in the same forms, on which the 8-bit model is measured for its card; where they come split, those " +
                "of the test part, else of the validation part. [default: the card has no scores]",
        };
        Option<int> count = OptionFactory.Integer("--count", "N", "How many of the faces are used, evenly spaced.", 1, DefaultCount);
        Option<string> output = new("--output", "-o")
        {
            HelpName = "FILE",
            Description = "The ONNX file to write; an existing one is replaced.",
            Required = true,
        };
        CommandWithExamples command = new(
            "quantize", "Makes a model of a quarter of the size that computes in 8 bits.", Examples)
        {
            model, calibrate, count, validation, output,
        };
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            Run(
                parsed.GetValue(model)!, parsed.GetValue(calibrate)!, parsed.GetValue(count), parsed.GetValue(validation),
                parsed.GetValue(output)!, terminal, cancellationToken);
            return ExitCode.Success;
        }));
        return command;
    }

    private static void Run(
        string path, string calibrate, int count, string? validation, string output, Terminal terminal, CancellationToken cancellationToken)
    {
        OutputFile.CheckApart([("--output", output)], ModelSource.Files(path), [calibrate, validation]);
        using OutputFile file = new(output);
        Model model = ModelSource.Load(path, ExitCode.WrongCommand, cancellationToken).Model;
        if (model.Quantization is not null)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{path}: computes in 8 bits already; expected a float model");
        }
        if (model.Architecture.Input.Channels != 1)
        {
            throw new CommandException(
                ExitCode.WrongCommand, $"{path}: reads {model.Architecture.Input}; expected grey faces, one channel");
        }
        byte[] faces = Faces(calibrate, count, model, terminal, cancellationToken);
        FaceDataSet? others = validation is null ? null : DataOptions.SelectPart(
            Load(validation, new DataSetOptions { ExpectedClasses = model.Architecture.Labels }, terminal, cancellationToken),
            DataOptions.EvaluationParts, terminal);
        Model quantized;
        try
        {
            RequireFinite(model, faces);
            quantized = new ModelQuantizer(model, faces).Quantize(new Status(terminal), cancellationToken);
        }
        catch (Exception e) when (e is ModelFormatException or ArgumentException)
        {
            // Ranges that no quantisation scale covers are an argument of ours, not of the user's.
            throw new CommandException(
                ExitCode.WrongCommand, $"{path}: {(e is ArgumentException argument ? Message.WithoutParameter(argument) : e.Message)}");
        }
        finally
        {
            terminal.Status.Clear();
        }

        if (others is not null) quantized = Measured(quantized, path, others);
        long before = SizeOf(path, model);
        using MemoryStream after = new();
        quantized.Save(after);
        file.Stream.Write(after.GetBuffer(), 0, (int)after.Length);
        file.Commit();

        int used = faces.Length / model.Architecture.Input.Length;
        FactTable facts = new();
        facts.Add("written", output);
        facts.Add("size",
            string.Create(
            CultureInfo.InvariantCulture,
            $"{after.Length:N0} bytes, {(double)after.Length / before:0.0%} of the float model's {before:N0}"));
        facts.Add("calibrated on", string.Create(CultureInfo.InvariantCulture, $"{used:N0} faces"));

        // A detector has an output for each cell of the image, and no classes.
        if (model.Architecture.Output is { Height: 1, Width: 1 })
        {
            facts.Add("same answer",
                string.Create(
                CultureInfo.InvariantCulture,
                $"{Agreement(model, quantized, faces, used):0.0%} of these faces get the same first class as from the float model"));
        }

        if (quantized.Card.Scores is { } scores) facts.Add("validation", scores);
        facts.Write(terminal.CreateReportConsole());
    }

    // Of the file, as its maker wrote it, or of what it would be as one.
    private static long SizeOf(string path, Model model)
    {
        if (File.Exists(path) && !ModelSource.IsCheckpoint(path)) return new FileInfo(path).Length;
        using MemoryStream file = new();
        model.Save(file);
        return file.Length;
    }

    private static byte[] Faces(string path, int count, Model model, Terminal terminal, CancellationToken cancellationToken)
    {
        FaceDataSet data = Load(path, new DataSetOptions { Votes = VoteRule.Any, KeepsLabels = true }, terminal, cancellationToken);
        count = Math.Min(count, data.Samples.Length);
        FaceDataSet spread = data.Select(
            data.Name, [.. Enumerable.Range(0, count).Select(i => (int)((long)i * data.Samples.Length / count))]);
        return PreparedFaces.Prepare(spread, model.Architecture.Input, model.Card).Pixels(0, count).ToArray();
    }

    private static FaceDataSet Load(string path, DataSetOptions options, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            FaceDataSet data = FaceDataSet.Load(path, options, cancellationToken);
            SkippedFileLines.Write(data.Name, data.Skipped.Where(one => one.Reason != FaceDataSet.EmptyClass), terminal);
            SkippedFileLines.WriteWarnings(data, terminal);
            return data;
        }
        catch (Exception e) when (e is DataSetFormatException or IOException or UnauthorizedAccessException)
        {
            if (e is DataSetFormatException format) SkippedFileLines.Write(path, format.Skipped, terminal);
            throw new CommandException(ExitCode.InputFailed, e is DataSetFormatException ? e.Message : Message.Of(e, path));
        }
    }

    private static Model Measured(Model model, string path, FaceDataSet data)
    {
        try
        {
            EvaluationResult result = new ModelEvaluation(model, data).Evaluate(ClassPrior.Natural);
            return model.WithCard(model.Card with { Scores = result.Describe(data.Name) });
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{path}: {Message.WithoutParameter(e)}");
        }
    }

    // Values that are no numbers have no range that bytes could cover.
    private static void RequireFinite(Model model, byte[] faces)
    {
        const int batch = 32;
        Network network = new(model);
        int length = model.Architecture.Input.Length, outputs = model.Architecture.Output.Length, count = faces.Length / length;
        float[] values = new float[batch * outputs];
        for (int first = 0; first < count; first += batch)
        {
            int some = Math.Min(batch, count - first);
            network.RunFaces(faces.AsSpan(first * length, some * length), some, values);
            if (!Finite.All(values.AsSpan(0, some * outputs)))
            {
                throw new ModelFormatException(
                    $"model '{model.Architecture.Name}' gives values that are not finite numbers; its weights are too large");
            }
        }
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
        new Network(model).RunFaces(faces, count, logits);
        return [.. Enumerable.Range(0, count)
            .Select(i => logits.AsSpan(i * classes, classes).ToArray().Index().MaxBy(logit => logit.Item).Index)];
    }

    // Not Progress<T>, whose reports arrive late, on other threads.
    private sealed class Status(Terminal terminal) : IProgress<double>
    {
        public void Report(double value) =>
            terminal.Status.Update(() => string.Create(CultureInfo.InvariantCulture, $"quantising {value:0%}"));
    }
}
