using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace MicroExpNet.Server.Host;

/// <summary>The program's arguments.</summary>
internal static class ServerCommand
{
    /// <summary>The variable of the environment that holds the key.</summary>
    public const string KeyVariable = "MEXP_API_KEY";

    private const int WrongCommand = 2;

    private static readonly ServerOptions Default = new();

    private static readonly Option<string[]> Listen = new("--listen")
    {
        HelpName = "ADDRESS:PORT",
        Description = $"Where to listen; unix:PATH for a socket file. May be given several times. [default: {ListenAddress.Default}]",
        Validators = { CheckListen },
    };

    private static readonly Option<string> Model = new("--model")
    {
        HelpName = "FILE",
        Description = "The model: an ONNX file, or a built-in model's name, e.g. microexpnet-tiny. [default: microexpnet-3]",
    };

    private static readonly Option<string> Prior = new("--prior")
    {
        HelpName = "natural|root|uniform|FILE",
        Description = "How common each expression is assumed to be.",
        DefaultValueFactory = _ => "natural",
    };

    private static readonly Option<string> Detector = new("--detector")
    {
        HelpName = "FILE",
        Description = "The face detector, an ONNX file. [default: the built-in one]",
    };

    private static readonly Option<int> MinFace = Number(
        "--min-face", "The smallest face looked for in pictures, in pixels a side.", FaceDetector.SmallestFace,
        new FaceDetectorOptions().MinFace);

    private static readonly Option<int> MinStreamFace = Number(
        "--min-stream-face", "The smallest face looked for in the frames of a stream.", FaceDetector.SmallestFace, Default.MinStreamFace);

    private static readonly Option<double> MinScore = new("--min-score")
    {
        HelpName = "S",
        Description = "How sure the detector must be of a face, 0.01 to 0.99.",
        DefaultValueFactory = _ => Math.Round(new FaceDetectorOptions().MinScore, 3),
        Validators = { result => Check(result, result.GetValueOrDefault<double>() is >= 0.01 and <= 0.99, "a number 0.01 to 0.99") },
    };

    private static readonly Option<string> KeyFile = new("--api-key-file")
    {
        HelpName = "FILE",
        Description = $"A file whose first line is the key that clients must send. [default: the environment variable {KeyVariable}, " +
            "else none]",
    };

    private static readonly Option<int> Workers = Number("--workers", "Pictures recognised at once.", 1, Default.Workers);

    private static readonly Option<int> Queue = Number(
        "--queue", "Requests that wait for a worker; further ones get 429.", 0, Default.QueueLength);

    private static readonly Option<int> Streams = Number("--streams", "Streams at once; further ones get 429.", 0, Default.MaxStreams);

    private static readonly Option<long> MaxBody = Number(
        "--max-body", "The most bytes of a request, and of a stream's frame.", 1L, Default.MaxBodyBytes);

    private static readonly Option<long> MaxPixels = Number("--max-pixels", "The most pixels of a picture.", 1L, Default.MaxPixels);

    private static readonly Option<int> MaxFaces = Number(
        "--max-faces", "The most faces of a picture, the largest first.", 1, Default.MaxFaces);

    private static readonly Option<double> RequestTimeout = new("--timeout")
    {
        HelpName = "SECONDS",
        Description = "How long a request may take.",
        DefaultValueFactory = _ => Default.RequestTimeout.TotalSeconds,
        Validators = { result => Check(result, result.GetValueOrDefault<double>() is >= 0.1 and <= 3600, "seconds, 0.1 to 3600") },
    };

    private static readonly Option<string> Page = new("--page")
    {
        HelpName = "FOLDER",
        Description = "The folder of the page at /. [default: wwwroot beside the program]",
    };

    /// <summary>Runs the program until it is told to stop.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="output">Takes the address.</param>
    /// <param name="error">Takes what goes wrong.</param>
    /// <returns>0 after an orderly stop, 2 if it could not start.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        RootCommand root = new("Recognises the expressions of faces over HTTP and WebSocket. See docs/server.md.");
        foreach (Option option in new Option[]
        {
            Listen, Model, Prior, Detector, MinFace, MinStreamFace, MinScore, KeyFile, Workers, Queue, Streams, MaxBody, MaxPixels,
                MaxFaces,
            RequestTimeout, Page,
        })
        {
            root.Add(option);
        }

        root.SetAction((parsed, _) => StartAsync(parsed, output, error));
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors is [{ } mistake, ..] && parsed.Action is not System.CommandLine.Help.HelpAction)
        {
            await error.WriteLineAsync(mistake.Message);
            await error.WriteLineAsync("try 'mexp-server --help'");
            return WrongCommand;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    private static async Task<int> StartAsync(ParseResult parsed, TextWriter output, TextWriter error)
    {
        try
        {
            ProgramOptions options = Read(parsed);
            await using WebApplication app = ServerApplication.Create(options);
            await StartAsync(app);
            foreach (string address in app.Urls)
            {
                await output.WriteLineAsync($"mexp-server {ServerVersion.Value} listens on {address}, {options.Server.Workers} workers");
            }

            await output.FlushAsync();
            if (options.Server.ApiKey is null && options.Listen.Any(ListenAddress.IsPublic))
            {
                await error.WriteLineAsync("other machines can reach this service and need no key; --api-key-file sets one");
            }

            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception e) when (e is StartException or IOException or ArgumentException)
        {
            await error.WriteLineAsync(e.Message);
            return WrongCommand;
        }
    }

    // Where an address cannot be listened at, the models may be running already; they end before what they use is disposed of.
    private static async Task StartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (e is StartException or IOException)
        {
            await app.StopAsync();
            throw;
        }
    }

    private static ProgramOptions Read(ParseResult parsed)
    {
        string? key = parsed.GetValue(KeyFile) is { } file
            ? ModelFiles.ReadKey(file)
            : Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } given ? given : null;
        FaceDetectorOptions detection = new() { MinFace = parsed.GetValue(MinFace), MinScore = (float)parsed.GetValue(MinScore) };
        long maxBody = parsed.GetValue(MaxBody);
        return new ProgramOptions
        {
            Listen = [.. (parsed.GetValue(Listen) is { Length: > 0 } listen ? listen : [ListenAddress.Default])
                .Select(ListenAddress.Parse)],
            PageFolder = parsed.GetValue(Page) is { } page ? CheckPage(page) : Path.Combine(AppContext.BaseDirectory, "wwwroot"),
            Server = new ServerOptions
            {
                Recognizer = ModelFiles.LoadRecognizer(parsed.GetValue(Model), parsed.GetValue(Prior)!),
                Detector = ModelFiles.LoadDetector(parsed.GetValue(Detector), detection),
                MinStreamFace = parsed.GetValue(MinStreamFace),
                Workers = parsed.GetValue(Workers),
                QueueLength = parsed.GetValue(Queue),
                MaxStreams = parsed.GetValue(Streams),
                MaxBodyBytes = maxBody,
                MaxBufferedBytes = Math.Max(Default.MaxBufferedBytes, 4 * maxBody),
                MaxPixels = parsed.GetValue(MaxPixels),
                MaxFaces = parsed.GetValue(MaxFaces),
                RequestTimeout = TimeSpan.FromSeconds(parsed.GetValue(RequestTimeout)),
                ApiKey = key,
            },
        };
    }

    private static string CheckPage(string folder)
    {
        if (File.Exists(Path.Combine(folder, PageFiles.Index))) return folder;
        throw new StartException(Directory.Exists(folder)
            ? $"--page {folder}: it has no {PageFiles.Index}; expected the folder wwwroot of the published page"
            : $"--page {folder}: no such folder");
    }

    private static Option<T> Number<T>(string name, string description, T minimum, T otherwise)
        where T : struct, IComparable<T> => new(name)
        {
            HelpName = "N",
            Description = description,
            DefaultValueFactory = _ => otherwise,
            Validators =
            {
                result => Check(
                    result, result.GetValueOrDefault<T>().CompareTo(minimum) >= 0,
                    string.Create(CultureInfo.InvariantCulture, $"a whole number, {minimum} or more")),
            },
        };

    private static void CheckListen(OptionResult result)
    {
        foreach (Token token in result.Tokens)
        {
            try
            {
                ListenAddress.Parse(token.Value);
            }
            catch (FormatException e)
            {
                result.AddError($"--listen '{token.Value}': {e.Message}");
            }
        }
    }

    private static void Check(OptionResult result, bool isValid, string expected)
    {
        if (!isValid) result.AddError($"{result.Option.Name} '{string.Join(' ', result.Tokens)}': expected {expected}");
    }
}
