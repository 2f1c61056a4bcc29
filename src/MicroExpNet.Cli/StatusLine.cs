using System.Diagnostics;

namespace MicroExpNet.Cli;

/// <summary>
/// The live line of a long run: one line of standard error, redrawn in place for a person at a terminal, and gone before anything else is
/// written.
/// </summary>
/// <param name="terminal">Whose standard error.</param>
internal sealed class StatusLine(Terminal terminal)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _drawing = new();
    private int _length;
    private long _drawnAt;

    /// <summary>Shows a text.</summary>
    /// <param name="text">The text; cut to the terminal's width.</param>
    public void Show(string text)
    {
        if (!terminal.ErrorIsTerminal) return;
        text = Message.OneLine(text);
        if (text.Length >= terminal.Width) text = text[..(terminal.Width - 1)];
        lock (_drawing)
        {
            terminal.Error.Write("\r" + text.PadRight(_length));
            _length = text.Length;
            _drawnAt = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Shows a text, unless the line was drawn a moment ago.</summary>
    /// <param name="text">Makes the text.</param>
    public void Update(Func<string> text)
    {
        if (terminal.ErrorIsTerminal && (_length == 0 || Stopwatch.GetElapsedTime(_drawnAt) >= Interval)) Show(text());
    }

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        lock (_drawing)
        {
            if (_length == 0) return;
            terminal.Error.Write("\r" + new string(' ', _length) + "\r");
            _length = 0;
        }
    }
}
