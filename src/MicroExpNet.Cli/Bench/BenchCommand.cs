using System.CommandLine;
using MicroExpNet.Cli.Options;
using MicroExpNet.Models;

namespace MicroExpNet.Cli.Bench;

/// <summary>The arguments of <c>mexp bench</c>, and what they lead to.</summary>
internal static class BenchCommand
{
    private const string Examples = """
        Examples:
          mexp bench
              a table of this machine's speed, in under a minute
          mexp bench --photo group.jpg --model mine.onnx
              with a photo and a model of your own
          mexp bench --threads 1 --seconds 5 --format json
              on one thread, five seconds a row, as JSON

        Rows: the recogniser on crops and ONNX Runtime, in paired rounds; the stages of a photo; videos made
        from the photo's largest face, each frame recognised, each thread with a video of its own; films
        from file to table beside FFmpeg's decoding alone; a folder of photos. "cold" is what an
        application sees between two frames; the other rows of the recogniser call it in a loop. "median"
        and "99%" are of one call, photo or frame. Run it on a machine that does nothing else.

        Exit codes: 0 measured; 2 the command itself is wrong; 130 stopped by Ctrl-C.

        """;

    private const string Json = "json";

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        Option<string> photo = new("--photo")
        {
            HelpName = "FILE",
            Description = "A photo with a face. [default: a built-in portrait, 512x512]",
        };
        Option<string> model = new("--model")
        {
            HelpName = "MODEL",
            Description = $"The model: {ModelOptions.Kinds}. [default: {ShippedModels.DefaultName}]",
        };
        Option<int> minFace = new("--min-face")
        {
            HelpName = "N",
            Description =
                $"The smallest face looked for, in pixels a side: larger is faster. [default: {new FaceDetectorOptions().MinFace}]",
            CustomParser = OptionValue.Integer(FaceDetector.SmallestFace),
        };
        Option<double> seconds = new("--seconds")
        {
            HelpName = "N",
            Description = "How long each row is measured. [default: up to 1, so that all of it takes under a minute]",
            CustomParser = OptionValue.Above(0),
        };
        Option<int> threads = new("--threads")
        {
            HelpName = "N",
            Description = "The largest number of threads. [default: the number of processor cores]",
            CustomParser = OptionValue.Integer(1),
        };
        Option<string> format = new("--format")
        {
            HelpName = "table|json",
            Description = "A table to read, or one JSON object. [default: table]",
            CustomParser = OptionValue.OneOf(("table", "table"), (Json, Json)),
        };
        CommandWithExamples command = new(
            "bench", "Measures the speed of recognition on this machine: crops, photos, videos and folders.", Examples) { photo, model,
            minFace, seconds, threads, format };
        command.SetAction((parsed, cancellationToken) => Task.Run(async () =>
        {
            BenchRequest request = new()
            {
                Photo = parsed.GetValue(photo),
                Model = parsed.GetValue(model),
                MinFace = parsed.GetResult(minFace) is null ? new FaceDetectorOptions().MinFace : parsed.GetValue(minFace),
                Seconds = parsed.GetResult(seconds) is null ? null : parsed.GetValue(seconds),
                Threads = parsed.GetResult(threads) is null ? Environment.ProcessorCount : parsed.GetValue(threads),
            };
            BenchReport report = await BenchRun.RunAsync(request, terminal, cancellationToken);
            if (parsed.GetValue(format) == Json) BenchJson.Write(report, terminal.Output);
            else BenchTable.Write(report, terminal.CreateConsole());
            return ExitCode.Success;
        }));
        return command;
    }
}
