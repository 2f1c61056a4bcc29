using System.Diagnostics;
using System.Globalization;

namespace MicroExpNet.Cli.Predict;

/// <summary>
/// The progress of a long run: one line of standard error, drawn again and again in its place, and gone when the run ends. It is drawn
/// only for a person, and only for more than a few pictures.
/// </summary>
internal sealed class ProgressLine
{
    private const int Few = 5;
    private const int BarLength = 24;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Terminal _terminal;
    private readonly int _total;
    private readonly bool _isShown;
    private int _done;
    private long _lastDrawn;
    private bool _isDrawn;

    /// <summary>Starts.</summary>
    /// <param name="terminal">Whose standard error.</param>
    /// <param name="total">The number of pictures.</param>
    public ProgressLine(Terminal terminal, int total)
    {
        _terminal = terminal;
        _total = total;
        _isShown = terminal.ErrorIsTerminal && total > Few;
    }

    /// <summary>Counts a picture.</summary>
    public void Advance()
    {
        _done++;
        if (!_isDrawn || Stopwatch.GetElapsedTime(_lastDrawn) >= Interval) Draw();
    }

    /// <summary>Shows the line, where it is shown at all.</summary>
    public void Draw()
    {
        if (!_isShown) return;
        int filled = (int)((long)_done * BarLength / _total);
        string bar = new string('━', filled) + new string('─', BarLength - filled);
        _terminal.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{bar} {_done:N0} of {_total:N0} pictures"));
        _lastDrawn = Stopwatch.GetTimestamp();
        _isDrawn = true;
    }

    /// <summary>Takes the line away, before something else is written to the terminal.</summary>
    public void Clear()
    {
        if (!_isDrawn) return;
        _terminal.Error.Write("\r" + new string(' ', Math.Min(_terminal.Width - 1, BarLength + 40)) + "\r");
        _isDrawn = false;
    }
}
