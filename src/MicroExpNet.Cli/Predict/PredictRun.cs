using System.Collections.Immutable;
using System.Globalization;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Predict;

/// <summary>Carries out <c>mexp predict</c>: the model, the pictures, the detector, then results as they come.</summary>
internal static class PredictRun
{
    // Fewer pictures are done before a bar can be read.
    private const int MinPicturesWithBar = 6;
    private const int BarLength = 24;

    /// <summary>Recognises what was asked for and writes the results.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="CommandException">The model, the output or the detector cannot be used.</exception>
    public static async Task<int> RunAsync(PredictRequest request, Terminal terminal, CancellationToken cancellationToken)
    {
        FaceClassifier recognizer = request.Recognizer();
        PictureList pictures = PictureList.Find(request.Paths, request.Annotate);
        IReadOnlyList<PictureInput> inputs = pictures.Inputs;
        foreach (string note in pictures.Notes) terminal.Say(note);
        OutputFile.CheckApart(
            [("--output", request.Output)],
            [.. request.Read, .. inputs.Where(input => !input.IsStandardInput && input.Failure is null).Select(input => input.Name)]);
        AnnotatedFiles? annotated = request.Annotate is null ? null : new AnnotatedFiles(inputs, request.Annotate, request.Output);
        using OutputFile? file = request.Output is null ? null : new OutputFile(request.Output);
        IFaceDetector? detector = request.Box is not null || request.Faces == FaceSelection.Whole ? null : request.Detector();
        try
        {
            PictureRecognizer run = new()
            {
                Recognizer = new PhotoClassifier(recognizer, detector),
                Selection = request.Faces,
                Box = request.Box,
                Limits = request.Limits,
                Jobs = request.Jobs,
                StandardInput = terminal.Input,
                Finish = annotated is null ? null : (photo, result) => annotated.Save(photo, result.Faces, result.Input),
            };

            // Where copies are drawn, they are made to the end though nobody may read the results any more.
            Stream output = file?.Stream ?? (annotated is null ? terminal.Output : new ReportStream(terminal.Output));
            IResultWriter writer = CreateWriter(request, output, file is null, inputs, recognizer.Labels, terminal);
            bool sharesTerminal = file is null && terminal.OutputIsTerminal;
            int done = 0, failed = 0, without = 0;
            ShowProgress(terminal, done, inputs.Count);
            await foreach (PictureResult result in run.RunAsync(inputs, cancellationToken))
            {
                if (sharesTerminal) terminal.Status.Clear();
                writer.Write(result);
                if ((result.Error ?? result.Warning) is string line) terminal.Say(line);
                failed += result.Error is null ? 0 : 1;
                without += result.Error is null && result.Faces.Count == 0 ? 1 : 0;
                done++;
                ShowProgress(terminal, done, inputs.Count);
            }

            terminal.Status.Clear();
            writer.Complete();

            // Where no input is there at all, the results of an earlier run stay.
            if (inputs.Any(input => input.Failure is null)) file?.Commit();
            if (without > 0 && inputs.Count > 1)
            {
                terminal.Say(string.Create(CultureInfo.InvariantCulture, $"no face found in {without:N0} of {done:N0} pictures"));
            }
            if (done < inputs.Count)
            {
                terminal.Say($"stopped after {done} of {inputs.Count} pictures");
                return ExitCode.Interrupted;
            }

            return failed == 0 ? ExitCode.Success : ExitCode.InputFailed;
        }
        finally
        {
            terminal.Status.Clear();
            (detector as IDisposable)?.Dispose();
        }
    }

    private static void ShowProgress(Terminal terminal, int done, int total)
    {
        if (total < MinPicturesWithBar) return;
        terminal.Status.Update(() =>
        {
            int filled = (int)((long)done * BarLength / total);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{new string('━', filled)}{new string('─', BarLength - filled)} {done:N0} of {total:N0} pictures");
        });
    }

    private static IResultWriter CreateWriter(
        PredictRequest request, Stream output, bool isStandardOutput, IReadOnlyList<PictureInput> inputs, ImmutableArray<string> labels,
        Terminal terminal) => request.Format switch
        {
            ResultFormat.Json => new JsonResultWriter(output, array: true),
            ResultFormat.NdJson => new JsonResultWriter(output, array: false),
            ResultFormat.Csv => new CsvResultWriter(output, request.Csv, labels),
            _ => new TableResultWriter(terminal, output, isStandardOutput && terminal.OutputIsTerminal, inputs, labels),
        };
}
