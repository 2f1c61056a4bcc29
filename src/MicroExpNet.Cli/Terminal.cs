using System.Text;
using MicroExpNet.Cli.Detector;
using MicroExpNet.Vision;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace MicroExpNet.Cli;

/// <summary>All that the command touches outside its arguments and files: the three streams, the environment and the face detector.</summary>
internal sealed class Terminal
{
    /// <summary>The width where nothing is cut: output that goes to a file or another program.</summary>
    private const int Unlimited = 1_000_000;

    private readonly Lazy<TextWriter> _outputText;

    /// <summary>Joins the streams.</summary>
    /// <param name="input">Standard input.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public Terminal(Stream input, Stream output, TextWriter error)
    {
        Input = input;
        Output = output;
        Error = error;
        _outputText = new Lazy<TextWriter>(() => OpenText(Output));
    }

    /// <summary>Standard input.</summary>
    public Stream Input { get; }

    /// <summary>Standard output.</summary>
    public Stream Output { get; }

    /// <summary>Standard output as text, UTF-8, flushed at every write.</summary>
    public TextWriter OutputText => _outputText.Value;

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; }

    /// <summary>Columns of the terminal.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Whether a person reads standard output.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether a person reads standard error.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>The value of an environment variable.</summary>
    public Func<string, string?> EnvironmentVariable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Makes the face detector: that of a file, or the built-in one.</summary>
    public Func<string?, FaceDetectorOptions, IFaceDetector> CreateDetector { get; init; } = (path, options) => new PhotoFaceDetector(DetectorSource.Load(path, options));

    /// <summary>The process's own.</summary>
    public static Terminal OfThisProcess()
    {
        // A Windows console shows UTF-8 only when told to; elsewhere it is the rule.
        if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected) Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new Terminal(Console.OpenStandardInput(), OpenOutput(), Console.Error)
        {
            OutputIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Width = Console.IsOutputRedirected && Console.IsErrorRedirected ? 80 : Math.Max(Console.WindowWidth, 40),
        };
    }

    /// <summary>Writes one line on standard error.</summary>
    /// <param name="line">What to say; line breaks and control characters in it (from a file's name, say) are made harmless.</param>
    public void Say(string line) => Error.WriteLine($"mexp: {Message.OneLine(line)}");

    /// <summary>A console for tables: coloured and as wide as the terminal for a person, plain and uncut for a file or a program.</summary>
    /// <param name="file">Where to write instead of standard output.</param>
    public IAnsiConsole CreateConsole(Stream? file = null)
    {
        bool isTerminal = file is null && OutputIsTerminal;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new TableOutput(file is null ? OutputText : OpenText(file), isTerminal, isTerminal ? Width : Unlimited),
        });
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    private static StreamWriter OpenText(Stream stream) => new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    // .NET's own stream passes over a reader that has gone away, and `mexp predict … | head` would go on working for nobody. A plain file
    // keeps .NET's stream: a FileStream would write at a position of its own, over what standard error writes to the same file.
    private static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected) return Console.OpenStandardOutput();
        try
        {
            FileStream pipe = new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Console.OpenStandardOutput();
        }
    }
}
