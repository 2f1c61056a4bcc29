using System.CommandLine;
using MicroExpNet.Cli.Options;
using MicroExpNet.Models;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Video;

/// <summary>The arguments of <c>mexp camera</c>.</summary>
internal static class CameraCommand
{
    private const int DefaultMinFace = 60;

    private const string Examples = """
        Examples:
          mexp camera
              the first camera, live; q ends
          mexp camera --list
              the cameras of this machine
          mexp camera --device /dev/video2 --output session.csv
              another one, with a row for each face of each frame
          mexp camera --duration 1:00 | head
              without a terminal, the rows go to standard output as JSON

        Cameras are read by FFmpeg, which must be installed. No picture is stored.

        Exit codes: 0 ended by q, Ctrl-C or --duration, or at the end of a virtual camera; 1 the camera failed
        (what was seen is written); 2 the camera cannot be used, or the command is wrong.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams and the environment.</param>
    public static Command Create(Terminal terminal)
    {
        Option<string> device = new("--device")
        {
            HelpName = "NAME",
            Description = "The camera, as --list names it, or an input of FFmpeg's, FORMAT:INPUT. [default: the first]",
        };
        Option<bool> list = new("--list") { Description = "List the cameras and end." };
        Option<(int Height, int Width)?> size = new("--size")
        {
            HelpName = "HxW",
            Description = "Rows and columns to ask of the camera. [default: its own choice]",
            CustomParser = OptionValue.Size,
        };
        Option<double> rate = OptionFactory.Number(
            "--rate", "N", "Frames a second to ask of the camera. [default: its own choice]", 1, 1000, null);
        ModelOptions model = new($"the environment variable {ModelSource.Variable}, else {ShippedModels.DefaultName}");
        DetectionOptions detection = new(DefaultMinFace);
        TrackingOptions tracking = new();
        FaceTableOptions table = new();
        Option<TimeSpan?> duration = new("--duration")
        {
            HelpName = "TIME",
            Description = "End after this time: seconds, or m:ss.",
            CustomParser = result => OptionValue.Time(result),
        };
        Option<string> ffmpeg = FFmpegOption.Create();
        CommandWithExamples command = new("camera", "Recognises the expressions of every face a camera sees, live.", Examples);
        foreach (Option option in new Option[] { device, list, size, rate }) command.Add(option);
        model.AddTo(command);
        detection.AddTo(command);
        tracking.AddTo(command);
        table.AddTo(command);
        command.Add(duration);
        command.Add(ffmpeg);
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(list)) return Task.FromResult(List(parsed.GetValue(ffmpeg), terminal));
            (int Height, int Width)? asked = parsed.GetResult(size) is null ? null : parsed.GetValue(size);
            FaceTable rows = table.Requested(parsed);
            OutputFile.CheckApart([("--output", rows.Output)], [.. model.Files(parsed, terminal), .. detection.Files(parsed)]);
            CameraRequest request = new()
            {
                Device = parsed.GetValue(device),
                Camera = new CameraOptions
                {
                    FFmpegPath = parsed.GetValue(ffmpeg),
                    Width = asked?.Width,
                    Height = asked?.Height,
                    FrameRate = parsed.GetResult(rate) is null ? null : parsed.GetValue(rate),
                },
                Classifier = () => RecognizerSource.OfFilms(
                    RecognizerSource.LoadClassifier(
                        model.Name(parsed, terminal),
                        ClassPrior.Natural,
                        model.Inference(parsed),
                        (loaded, name) => model.Apply(parsed, loaded, name)),
                    model.Name(parsed, terminal)),
                Detector = () => detection.CreateCore(parsed),
                Tracking = tracking.Requested(parsed),
                Table = rows,
                Duration = parsed.GetValue(duration),
            };
            return CameraRun.RunAsync(request, terminal, cancellationToken);
        });
        return command;
    }

    private static int List(string? ffmpeg, Terminal terminal)
    {
        IReadOnlyList<string> found;
        try
        {
            found = Camera.FindDevices(ffmpeg);
        }
        catch (FFmpegNotFoundException e)
        {
            throw new CommandException(ExitCode.WrongCommand, e.Message);
        }

        foreach (string name in found) terminal.WriteLine(name);
        if (found.Count == 0) terminal.Say("no camera was found");
        return ExitCode.Success;
    }
}
