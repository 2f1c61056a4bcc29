using System.CommandLine;
using System.Globalization;
using MicroExpNet.Cli.Options;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Cli.Detector;

/// <summary>The arguments of <c>mexp compose</c>, and what they lead to.</summary>
internal static class ComposeCommand
{
    private const string Examples = """
        Examples:
          mexp compose --heads heads.zip --backgrounds landscapes/ --count 200 -o scenes
              200 scenes of 640x480 with up to five faces each, and scenes/boxes.csv
          mexp compose --heads heads.zip --part validation --backgrounds other/ --count 500 --seed 2 -o test
              with heads that 'mexp train-detector' keeps for looking at

        boxes.csv has a line for each face: its square and its eyes, in pixels. A scene without faces has
        one line with its name and size alone. The folder appears when all scenes are made.

        Exit codes: 0 composed; 1 heads or backgrounds cannot be used; 2 the command itself is wrong;
        130 stopped (nothing is left).

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        ComposerOptions composer = new();
        HeadPartOption part = new();
        Option<string> output = new("--output", "-o")
        {
            HelpName = "FOLDER",
            Description = "Where the scenes go; the folder must be empty or not exist.",
            Required = true,
        };
        Option<int> count = OptionFactory.Integer("--count", "N", "Number of scenes.", 1, 100);
        Option<(int Height, int Width)?> size = new("--size")
        {
            HelpName = "HxW",
            Description = "Rows and columns of a scene. [default: 480x640]",
            CustomParser = OptionValue.Size,
        };
        Option<int> minFace = OptionFactory.Integer("--min-face", "N", "Side of the smallest faces, in pixels.", 4, 24);
        Option<int> maxFace = OptionFactory.Integer("--max-face", "N", "Side of the largest faces, in pixels.", 4, 400);
        Option<int> maxFaces = OptionFactory.Integer("--max-faces", "N", "Faces in a scene, at most.", 0, 5);
        Option<int> seed = OptionFactory.Integer("--seed", "N", "Seed of the scenes.", 0, 1);
        CommandWithExamples command = new("compose", "Composes scenes with known faces, to train or judge a face detector.", Examples);
        composer.AddTo(command);
        foreach (Option option in new Option[] { part.Option, output, count, size, minFace, maxFace, maxFaces, seed }) command.Add(option);
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                SceneOptions options = new()
                {
                    Height = parsed.GetValue(size)?.Height ?? 480,
                    Width = parsed.GetValue(size)?.Width ?? 640,
                    MinFace = parsed.GetValue(minFace),
                    MaxFace = parsed.GetValue(maxFace),
                    MaxFaces = parsed.GetValue(maxFaces),
                };
                try
                {
                    options.Check();
                }
                catch (ArgumentException e)
                {
                    throw new CommandException(ExitCode.WrongCommand, e.Message);
                }

                string folder = parsed.GetValue(output)!;
                using OutputFolder place = new(folder);
                (IReadOnlyList<PictureSet> heads, PictureSet backgrounds) = composer.Read(parsed, terminal, cancellationToken);
                SceneComposer scenes = ComposerOptions.Compose([.. heads.Select(set => part.Of(parsed, set))], backgrounds);
                Write(scenes, options, (ulong)parsed.GetValue(seed), parsed.GetValue(count), place, folder, terminal, cancellationToken);
                return ExitCode.Success;
            },
            cancellationToken));
        return command;
    }

    // The folder is there whole or not at all: scenes without their boxes would pass for pictures without faces.
    private static void Write(
        SceneComposer composer, SceneOptions options, ulong seed, int count, OutputFolder place, string folder, Terminal terminal,
            CancellationToken cancellationToken)
    {
        try
        {
            int faces = WriteScenes(composer, options, seed, count, place.WorkPath, cancellationToken);
            place.Commit();
            terminal.Report($"{folder}: {count} scenes, {faces} faces");
        }
        catch (Exception e) when ((e is AggregateException all ? all.InnerExceptions[0] : e) is IOException or UnauthorizedAccessException)
        {
            throw OutputFolder.Failed(folder, e.InnerException ?? e);
        }
    }

    private static int WriteScenes(
        SceneComposer composer, SceneOptions options, ulong seed, int count, string folder, CancellationToken cancellationToken)
    {
        string[][] lines = new string[count][];
        int faces = 0;
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            LabeledPicture scene = composer.Compose(options, seed, i);
            File.WriteAllBytes(Path.Combine(folder, scene.Name), scene.Image.EncodePng());
            lines[i] = Lines(scene);
            Interlocked.Add(ref faces, scene.Faces.Length);
        });
        using StreamWriter writer = new(Path.Combine(folder, "boxes.csv")) { NewLine = "\n" };
        writer.WriteLine("file,width,height,x,y,w,h,left_eye_x,left_eye_y,right_eye_x,right_eye_y");
        foreach (string line in lines.SelectMany(scene => scene)) writer.WriteLine(line);
        return faces;
    }

    private static string[] Lines(LabeledPicture scene)
    {
        string start = string.Create(CultureInfo.InvariantCulture, $"{scene.Name},{scene.Image.Width},{scene.Image.Height}");
        if (scene.Faces.IsEmpty) return [$"{start},,,,,,,,"];
        return [.. scene.Faces.Select(face => string.Create(
            CultureInfo.InvariantCulture,
            $"{start},{face.X - (face.Side / 2):0.0},{face.Y - (face.Side / 2):0.0},{face.Side:0.0},{face.Side:0.0},{Eyes(face.Eyes)}"))];
    }

    private static string Eyes(EyePositions? eyes) =>
        eyes is { } known
            ? string.Create(CultureInfo.InvariantCulture, $"{known.LeftX:0.0},{known.LeftY:0.0},{known.RightX:0.0},{known.RightY:0.0}")
            : ",,,";
}
