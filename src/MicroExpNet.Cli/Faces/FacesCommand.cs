using System.CommandLine;
using System.Globalization;
using MicroExpNet.Cli.Options;
using MicroExpNet.Cli.Predict;
using MicroExpNet.Models;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Faces;

/// <summary>The arguments of <c>mexp faces</c>, and what they lead to.</summary>
internal static class FacesCommand
{
    /// <summary>The table's name in the folder.</summary>
    public const string TableName = "faces.csv";

    private const string Examples = """
        Examples:
          mexp faces holiday/ -o cut
              every face of a folder's pictures as a file of its own, and cut/faces.csv, which says where
              each came from
          mexp faces holiday/ -o labelled --by-expression
              sorted into a folder for each expression, as a first labelling: move what is wrong, then
              mexp train --data labelled
          mexp faces group.jpg -o cut --size 224 --margin 0.3 --align
              224x224 pixels each, with a margin of 30% of the face on each side, eyes level

        Exit codes: 0 written; 1 some pictures could not be read (the others are done);
        2 the command itself is wrong; 130 stopped by Ctrl-C (what was done is written).

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams and the environment.</param>
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> paths = new("PATH")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "Pictures, folders (with their sub-folders), patterns with * and **, or - for standard input.",
        };
        Option<string> output = new("--output", "-o")
        {
            HelpName = "FOLDER",
            Description = "Where the faces go; the folder must be empty or not exist.",
            Required = true,
        };
        Option<int> size = new("--size")
        {
            HelpName = "N",
            Description = "Rows and columns of each face. [default: those it has in the picture]",
            CustomParser = OptionValue.Integer(1),
        };
        Option<double> margin = OptionFactory.Number(
            "--margin", "SHARE", "What is added on each side, as a share of the face's side.", 0, 10, 0);
        Option<bool> align = new("--align") { Description = "Rotate each face until its eyes are level." };
        Option<bool> byExpression = new("--by-expression") { Description = "Sort the faces into a folder for each expression." };
        Option<FaceSelection> faces = OptionFactory.Choice(
            "--faces", "Which faces: all that are found, or the largest of each picture.", FaceSelection.All, ("all", FaceSelection.All),
                ("largest", FaceSelection.Largest));
        ModelOptions model = new(ShippedModels.DefaultName);
        DetectionOptions detection = new();
        JobsOption jobs = new();
        CommandWithExamples command = new(
            "faces", "Cuts the faces of pictures out into files, ready to label and to train on.", Examples) { paths };
        foreach (Option option in new Option[] { output, size, margin, align, byExpression, faces }) command.Add(option);
        model.AddTo(command);
        detection.AddTo(command);
        command.Add(jobs.Option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string folder = parsed.GetValue(output)!;
            using OutputFolder place = new(folder);
            FaceCut cut = new(
                parsed.GetResult(size) is null ? null : parsed.GetValue(size), parsed.GetValue(margin), parsed.GetValue(align));
            FaceClassifier recognizer = RecognizerSource.LoadClassifier(
                model.Name(parsed), ClassPrior.Natural, model.Inference(parsed), (loaded, name) => model.Apply(parsed, loaded, name));
            PictureList pictures = PictureList.Find(parsed.GetValue(paths)!, folder);
            foreach (string note in pictures.Notes) terminal.Say(note);
            FaceFiles files = new(pictures.Inputs, place.WorkPath, parsed.GetValue(byExpression));
            PictureRecognizer run = new()
            {
                Recognizer = new PhotoClassifier(recognizer, detection.Create(parsed, terminal)),
                Selection = parsed.GetValue(faces),
                Limits = PhotoLimits.Default,
                Jobs = jobs.Count(parsed),
                StandardInput = terminal.Input,
                Finish = (photo, result) => files.Save(photo, result, cut),
            };
            return await RunAsync(run, pictures.Inputs, files, place, folder, terminal, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        PictureRecognizer run, IReadOnlyList<PictureInput> inputs, FaceFiles files, OutputFolder place, string folder,
            Terminal terminal, CancellationToken cancellationToken)
    {
        using OutputFile table = new(Path.Join(place.WorkPath, TableName));
        CsvRow row = new(CsvStyle.Default.Separator);
        foreach (string column in (string[])["file", "source", "face", .. CsvRow.FaceColumns, "expression", "probability"])
        {
            row.Append(column);
        }

        row.WriteTo(table.Stream);
        int done = 0, failed = 0, without = 0, found = 0;
        await foreach (PictureResult result in run.RunAsync(inputs, cancellationToken))
        {
            done++;
            if (result.Error is not null)
            {
                failed++;
                terminal.Say(result.Error);
                continue;
            }

            if (result.Warning is not null) terminal.Say(result.Warning);
            without += result.Faces.Count == 0 ? 1 : 0;
            for (int i = 0; i < result.Faces.Count; i++)
            {
                ClassifiedFace face = result.Faces[i];
                row.Append(files.NameOf(result.Input, i + 1, face.Scores)).Append(result.Input.Name).Append(i + 1).Append(face.Face)
                    .Append(face.Scores.Top).Append(face.Scores.TopProbability).WriteTo(table.Stream);
                found++;
            }

            terminal.Status.Update(
                () => string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {inputs.Count:N0} pictures, {found:N0} faces"));
        }

        if (found == 0 && done == inputs.Count)
        {
            // A folder without faces would only be in the way of the next run.
            int read = done - failed;
            string why = read == 0 ? "no picture could be used" : $"no face found in {read:N0} picture{(read == 1 ? "" : "s")}";
            terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{why}; {folder} is not written"));
            return failed == 0 ? ExitCode.Success : ExitCode.InputFailed;
        }

        table.Commit();
        place.Commit();
        terminal.Report(string.Create(CultureInfo.InvariantCulture, $"{folder}: {found:N0} faces of {done:N0} pictures, and {TableName}"));
        if (without > 0) terminal.Say(string.Create(CultureInfo.InvariantCulture, $"no face found in {without:N0} of {done:N0} pictures"));
        if (done < inputs.Count)
        {
            terminal.Say($"stopped after {done} of {inputs.Count} pictures");
            return ExitCode.Interrupted;
        }

        return failed == 0 ? ExitCode.Success : ExitCode.InputFailed;
    }
}
