using System.CommandLine;
using System.Globalization;
using MicroExpNet.Architectures;
using MicroExpNet.Cli.Options;
using MicroExpNet.Cli.Predict;
using MicroExpNet.Files;
using MicroExpNet.Models;
using MicroExpNet.Training.Explanation;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Explain;

/// <summary>The arguments of <c>mexp explain</c>, and what they lead to.</summary>
internal static class ExplainCommand
{
    private const string Examples = """
        Examples:
          mexp explain photo.jpg -o why.png
              for each face, what speaks for its expression, and what against it
          mexp explain photo.jpg -o why.png --class fear
              what speaks for fear, whatever the face's expression is
          mexp explain crop.png -o why.png --faces whole --model mine.onnx --values why.json
              a picture that is a face already, another model, and the maps as numbers

        Exit codes: 0 written; 1 the picture cannot be read, or no face is found in it;
        2 the command itself is wrong; 130 stopped by Ctrl-C.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams and the environment.</param>
    public static Command Create(Terminal terminal)
    {
        Argument<string> path = new("PHOTO") { Description = "The picture, or - for standard input." };
        Option<string> output = new("--output", "-o")
        {
            HelpName = "FILE",
            Description = "The picture to write: .png, .jpg or .webp.",
            Required = true,
        };
        Option<string> values = new("--values")
        {
            HelpName = "FILE",
            Description = "Also write the maps to this file, as JSON: what each pixel adds to the class's log-odds.",
        };
        Option<string> named = new("--class")
        {
            HelpName = "NAME",
            Description = "The class that is explained. [default: the most probable one of each face]",
        };
        Option<FaceSelection> faces = OptionFactory.Choice(
            "--faces", "Which faces: all that are found, the largest only, or the whole picture as one face.", FaceSelection.All,
            ("all", FaceSelection.All), ("largest", FaceSelection.Largest), ("whole", FaceSelection.Whole));
        ModelOptions model = new($"the environment variable {ModelSource.Variable}, else {ShippedModels.DefaultName}");
        DetectionOptions detection = new();
        CommandWithExamples command = new("explain", "Shows which parts of a face speak for its expression.", Examples) { path };
        foreach (Option option in new Option[] { output, values, named, faces }) command.Add(option);
        model.AddTo(command);
        detection.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            string picture = parsed.GetValue(path)!, file = parsed.GetValue(output)!;
            CheckOutputs(
                file, parsed.GetValue(values),
                [picture == PictureInput.StandardInput ? null : picture, .. model.Files(parsed, terminal), .. detection.Files(parsed)]);
            FaceClassifier classifier = RecognizerSource.LoadClassifier(
                model.Name(parsed, terminal),
                ClassPrior.Natural,
                model.Inference(parsed),
                (loaded, name) => model.Apply(parsed, loaded, name));
            string? label = parsed.GetValue(named) is { } wanted ? LabelOf(classifier, wanted) : null;
            FaceSelection selection = parsed.GetValue(faces);
            IFaceDetector? detector = selection == FaceSelection.Whole ? null : detection.Create(parsed, terminal);
            using Photo photo = Load(picture, terminal);
            if (photo.Warning is { } warning) terminal.Say(warning);

            // The pixels that 'mexp predict' reads: a face that is made grey before it is resized has other values than one after.
            PhotoClassifier recognizer = new(classifier, detector);
            bool isReadOnce = picture == PictureInput.StandardInput || !OrdinaryFile.Is(picture);
            PhotoLimits limits = isReadOnce ? PhotoLimits.Default : recognizer.Reduce(PhotoLimits.Default, selection);
            using GrayPhoto? gray = !classifier.Cropper.CanReadGray ? null
                : limits == PhotoLimits.Default ? new GrayPhoto(photo)
                : GrayPhoto.Load(picture, limits);
            IReadOnlyList<ClassifiedFace> found = gray is null
                ? recognizer.Classify(photo, selection)
                : recognizer.ClassifyAsDecoded(gray, selection);
            if (found.Count == 0)
            {
                throw new CommandException(
                    ExitCode.InputFailed, $"{Spoken(picture)}: no face found; --faces whole takes the whole picture as one");
            }

            List<FaceExplanation> explanations = Explain(
                gray is null ? photo : gray, found, classifier, label, terminal, cancellationToken);
            if (gray is not null)
            {
                explanations = [.. explanations.Zip(PhotoClassifier.Enlarge(found, gray), (one, face) => one with { Face = face })];
            }

            TensorShape input = classifier.Network.Model.Architecture.Input;
            using Photo drawn = ExplanationPicture.Draw(explanations, input, classifier.Card.InputFormat == PixelFormat.Bgr24);
            using OutputFile image = new(file);
            Save(drawn, file, image.Stream);
            if (parsed.GetValue(values) is { } json) OutputFile.Write(json, stream => ExplanationJson.Write(explanations, input, stream));
            image.Commit();
            foreach (FaceExplanation face in explanations) Report(face, input, terminal);
            terminal.Report(file);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static string Spoken(string picture) => picture == PictureInput.StandardInput ? "standard input" : picture;

    private static void CheckOutputs(string file, string? values, IEnumerable<string?> read)
    {
        if (Path.GetExtension(file).ToUpperInvariant() is not (".PNG" or ".JPG" or ".JPEG" or ".WEBP"))
        {
            throw new CommandException(ExitCode.WrongCommand, $"--output {file}: expected a name that ends in .png, .jpg or .webp");
        }

        OutputFile.CheckApart([("--output", file), ("--values", values)], read);
        foreach (string output in new[] { file, values }.OfType<string>()) OutputFile.Check(output);
    }

    private static string LabelOf(FaceClassifier classifier, string name)
    {
        string? label = classifier.Labels.FirstOrDefault(one => one.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (label is null && ExpressionLabels.TryParse(name, out Expression expression))
        {
            label = classifier.Labels.FirstOrDefault(one => one == ExpressionScores.NameOf(expression));
        }

        if (label is not null && IndexOf(classifier.Network.Model.Architecture, label) >= 0) return label;
        throw new CommandException(
            ExitCode.WrongCommand,
            $"--class {name}: the model has no such class; expected one of {string.Join(", ", classifier.Labels)}");
    }

    // The labels of the network's outputs may be other names of the expressions, in another order.
    private static int IndexOf(Architecture architecture, string label)
    {
        int index = architecture.Labels.IndexOf(label);
        if (index >= 0 || !ExpressionLabels.TryParse(label, out Expression expression)) return index;
        for (int i = 0; i < architecture.Labels.Length; i++)
        {
            if (ExpressionLabels.TryParse(architecture.Labels[i], out Expression one) && one == expression) return i;
        }

        return -1;
    }

    private static Photo Load(string picture, Terminal terminal)
    {
        if (picture != PictureInput.StandardInput && PipeOrDevice.Is(picture))
        {
            throw new CommandException(ExitCode.InputFailed, $"{picture}: {PipeOrDevice.Reason}");
        }

        try
        {
            return picture == PictureInput.StandardInput
                ? Photo.Load(terminal.Input, Spoken(picture), PhotoLimits.Default)
                : Photo.Load(picture, PhotoLimits.Default);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PhotoFormatException)
        {
            throw new CommandException(ExitCode.InputFailed, Message.Of(e, picture));
        }
    }

    private static List<FaceExplanation> Explain(
        ImageView photo, IReadOnlyList<ClassifiedFace> faces, FaceClassifier classifier, string? label, Terminal terminal,
        CancellationToken cancellationToken)
    {
        Network network = classifier.Network;
        IntegratedGradients? gradients = null;
        try
        {
            gradients = new IntegratedGradients(network.Model);
        }
        catch (ArgumentException e)
        {
            terminal.Say($"no gradients, the face is only covered: {Message.WithoutParameter(e)}");
        }

        List<FaceExplanation> explanations = [];
        foreach (ClassifiedFace face in faces)
        {
            cancellationToken.ThrowIfCancellationRequested();
            DetectedFace whole = face.Face ?? new DetectedFace(new FaceBox(0, 0, photo.Width, photo.Height));
            byte[] crop = new byte[classifier.Cropper.Length];
            classifier.Cropper.CutInput(photo, whole with { Box = whole.Box.ClippedTo(photo.Width, photo.Height) }, crop);
            string explained = label ?? face.Scores.Top;
            int index = IndexOf(network.Model.Architecture, explained);
            explanations.Add(new FaceExplanation(
                explanations.Count + 1, face, crop, explained, OcclusionMap.Compute(network, crop, index),
                gradients?.Compute(crop, index)));
        }

        return explanations;
    }

    private static void Save(Photo drawn, string file, Stream stream)
    {
        PhotoFormat format = Path.GetExtension(file).ToUpperInvariant() switch
        {
            ".PNG" => PhotoFormat.Png,
            ".WEBP" => PhotoFormat.Webp,
            _ => PhotoFormat.Jpeg,
        };
        try
        {
            drawn.Save(stream, format);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.Failed(file, e);
        }
    }

    private static void Report(FaceExplanation face, TensorShape input, Terminal terminal)
    {
        (int x, int y) = FaceExplanation.PeakOf(face.Occlusion, input.Width);
        string where = face.Occlusion.Max() <= 0
            ? $"no part of it speaks for {face.Class}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"what speaks most for {face.Class} is {100 * x / input.Width}% across and {100 * y / input.Height}% down");
        terminal.Report(string.Create(
            CultureInfo.InvariantCulture,
            $"face {face.Number}: {face.Face.Scores.Top} {face.Face.Scores.TopProbability * 100:0.0}%; {where}"));
    }
}
