using MicroExpNet.Models;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Predict;

/// <summary>Carries out <c>mexp predict</c>: the model, the pictures, the detector, then results as they come.</summary>
internal static class Prediction
{
    /// <summary>Recognises what was asked for and writes the results.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="cancellation">Asks for an early end.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="CommandException">The model, the output or the detector cannot be used.</exception>
    public static async Task<int> RunAsync(PredictSettings settings, Terminal terminal, CancellationToken cancellation)
    {
        ExpressionRecognizer recognizer = LoadRecognizer(settings.Model, settings.Prior);
        IReadOnlyList<PictureInput> inputs = PictureInputs.List(settings.Paths, settings.Annotate);
        CheckOutput(settings.Output, inputs);
        AnnotatedFiles? annotated = settings.Annotate is null ? null : new AnnotatedFiles(inputs, settings.Annotate, settings.Output);
        using OutputFile? file = settings.Output is null ? null : new OutputFile(settings.Output);
        IFaceDetector? detector = settings.Box is not null || settings.Faces == FaceSelection.Whole ? null : terminal.CreateDetector(settings.Detector, settings.Detection);
        try
        {
            PredictionRun run = new()
            {
                Recognizer = new PhotoRecognizer(recognizer, detector),
                Selection = settings.Faces,
                Box = settings.Box,
                Limits = settings.Limits,
                Jobs = settings.Jobs,
                StandardInput = terminal.Input,
                Annotated = annotated,
            };
            IResultWriter writer = CreateWriter(settings.Format, file, inputs, terminal);
            ProgressLine progress = new(terminal, inputs.Count);
            bool sharesTerminal = file is null && terminal.OutputIsTerminal;
            int done = 0;
            int failed = 0;
            progress.Draw();
            await foreach (PictureResult result in run.RunAsync(inputs, cancellation))
            {
                if (sharesTerminal || result.Error is not null) progress.Clear();
                writer.Write(result);
                if (result.Error is not null) terminal.Say(result.Error);
                failed += result.Error is null ? 0 : 1;
                done++;
                progress.Advance();
            }

            progress.Clear();
            writer.Complete();
            file?.Commit();
            if (done < inputs.Count)
            {
                terminal.Say($"stopped after {done} of {inputs.Count} pictures");
                return ExitCode.Interrupted;
            }

            return failed == 0 ? ExitCode.Success : ExitCode.InputFailed;
        }
        finally
        {
            (detector as IDisposable)?.Dispose();
        }
    }

    private static ExpressionRecognizer LoadRecognizer(string? path, ClassPrior prior)
    {
        try
        {
            ExpressionRecognizer recognizer = path is null ? ExpressionRecognizer.Default : new ExpressionRecognizer(ModelSource.Load(path, ExitCode.WrongCommand).Model);
            return prior == ClassPrior.Natural ? recognizer : recognizer.WithPrior(prior);
        }
        catch (ModelFormatException e)
        {
            throw new CommandException(ExitCode.WrongCommand, path is null || e.Message.Contains(path, StringComparison.Ordinal) ? e.Message : $"{path}: {e.Message}");
        }
    }

    // `mexp predict photo.jpg -o photo.jpg` is a slip that would cost the photo.
    private static void CheckOutput(string? output, IReadOnlyList<PictureInput> inputs)
    {
        if (output is null) return;
        string full = Path.GetFullPath(output);
        if (inputs.Any(input => !input.IsStandardInput && input.Failure is null && Path.GetFullPath(input.Name) == full))
        {
            throw new CommandException(ExitCode.WrongCommand, $"--output {output} is one of the pictures");
        }
    }

    private static IResultWriter CreateWriter(ResultFormat format, OutputFile? file, IReadOnlyList<PictureInput> inputs, Terminal terminal) => format switch
    {
        ResultFormat.Json => new JsonResultWriter(file?.Stream ?? terminal.Output, array: true),
        ResultFormat.NdJson => new JsonResultWriter(file?.Stream ?? terminal.Output, array: false),
        ResultFormat.Csv => new CsvResultWriter(file?.Stream ?? terminal.Output),
        _ => new TableResultWriter(terminal.CreateConsole(file?.Stream), inputs),
    };
}
