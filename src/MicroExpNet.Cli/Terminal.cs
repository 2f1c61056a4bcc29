using System.Text;
using MicroExpNet.Cli.Detector;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace MicroExpNet.Cli;

/// <summary>All that the command touches outside its arguments and files: the three streams, the environment and the face
/// detector.</summary>
internal sealed class Terminal
{
    /// <summary>The width where nothing is cut: output that goes to a file or another program.</summary>
    public const int Unlimited = 1_000_000;

    private readonly Lazy<TextWriter> _outputText;
    private readonly Lazy<TextWriter> _report;

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
        _report = new Lazy<TextWriter>(() => OpenText(new ReportStream(Output)));
        Status = new StatusLine(this);
    }

    /// <summary>Standard input.</summary>
    public Stream Input { get; }

    /// <summary>Standard output.</summary>
    public Stream Output { get; }

    /// <summary>Standard output as text, UTF-8, flushed at every write.</summary>
    public TextWriter OutputText => _outputText.Value;

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; }

    /// <summary>The live line of a long run, on standard error.</summary>
    public StatusLine Status { get; }

    /// <summary>How long a run may go on after Ctrl-C, to save its state; then it is left as it is.</summary>
    public TimeSpan StopPatience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether a termination signal, not Ctrl-C, asked for the end.</summary>
    public bool IsTerminated { get; set; }

    /// <summary>Whether the command is one that a cluster's engine starts again after a termination signal.</summary>
    public bool IsPreemptible { get; set; }

    /// <summary>What a stopped run ends with.</summary>
    public int StoppedCode => IsPreemptible && IsTerminated ? ExitCode.Preempted : ExitCode.Interrupted;

    /// <summary>Columns of the terminal.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Whether a person reads standard output.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether a person reads standard error.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>The value of an environment variable.</summary>
    public Func<string, string?> EnvironmentVariable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The folder of the command itself.</summary>
    public string ProgramFolder { get; init; } = AppContext.BaseDirectory;

    /// <summary>Makes the face detector: that of a file, or the built-in one.</summary>
    public Func<string?, FaceDetectorOptions, IFaceDetector> CreateDetector { get; init; } = (path, options) =>
        DetectorSource.Load(path, options);

    /// <summary>The process's own.</summary>
    public static Terminal OfThisProcess()
    {
        bool[] open = StandardStreams.FindOpen();

        // A Windows console shows UTF-8 only on request; elsewhere it is the rule.
        if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected)
        {
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        }
        bool outputIsTerminal = open[1] && !Console.IsOutputRedirected, errorIsTerminal = open[2] && !Console.IsErrorRedirected;
        return new Terminal(
            open[0] ? Console.OpenStandardInput() : new ClosedStream("it is closed"),
                open[1] ? OpenOutput() : new ClosedStream("standard output is closed"), open[2] ? OpenError() : TextWriter.Null)
        {
            OutputIsTerminal = outputIsTerminal,
            ErrorIsTerminal = errorIsTerminal,
            Width = outputIsTerminal || errorIsTerminal ? Math.Max(Console.WindowWidth, 40) : 80,
        };
    }

    /// <summary>Writes one line on standard error.</summary>
    /// <param name="line">What to say; what is unsafe to show in it (from a file's name, say) is made harmless, and a very long line is
    /// cut.</param>
    public void Say(string line)
    {
        Status.Clear();
        Error.WriteLine($"mexp: {Message.Cut(Message.OneLine(line))}");
    }

    /// <summary>Writes a line of results on standard output.</summary>
    /// <param name="line">The line; what is unsafe to show in it is made harmless.</param>
    /// <exception cref="IOException">Nobody reads it, or the stream is closed.</exception>
    public void WriteLine(string line)
    {
        Status.Clear();
        OutputText.WriteLine(Message.OneLine(line));
    }

    /// <summary>Writes a line on standard output about work whose result goes elsewhere; where nobody reads it, the work goes on.</summary>
    /// <param name="line">The line; what is unsafe to show in it is made harmless.</param>
    public void Report(string line = "")
    {
        Status.Clear();
        _report.Value.WriteLine(Message.OneLine(line));
    }

    /// <summary>A console for tables about work whose result goes elsewhere; where nobody reads them, the work goes on.</summary>
    public IAnsiConsole CreateReportConsole() => CreateConsole(_report.Value, OutputIsTerminal);

    /// <summary>A console for tables: coloured and as wide as the terminal for a person, plain and uncut for a file or a program.</summary>
    public IAnsiConsole CreateConsole() => CreateConsole(OutputText, OutputIsTerminal);

    /// <summary>A console for tables.</summary>
    /// <param name="stream">Where to write.</param>
    /// <param name="isTerminal">Whether a person reads it.</param>
    public IAnsiConsole CreateConsole(Stream stream, bool isTerminal) => CreateConsole(OpenText(stream), isTerminal);

    private IAnsiConsole CreateConsole(TextWriter writer, bool isTerminal)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new TableOutput(writer, isTerminal, isTerminal ? Width : Unlimited),
        });
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    /// <summary>A stream as text, UTF-8, flushed at every write.</summary>
    /// <param name="stream">The stream.</param>
    public static StreamWriter OpenText(Stream stream) => new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))
    {
        AutoFlush = true,
    };

    // Where standard error is full or its reader has gone, messages are lost and the work goes on.
    private static StreamWriter OpenError() => new(new ReportStream(Console.OpenStandardError()), Console.Error.Encoding)
    {
        AutoFlush = true,
    };

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
