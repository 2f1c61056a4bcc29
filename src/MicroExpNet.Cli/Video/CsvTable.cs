using System.Buffers;
using System.Globalization;
using System.Text;

namespace MicroExpNet.Cli.Video;

/// <summary>Writes CSV with RFC 4180's quoting.</summary>
internal sealed class CsvTable
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create("\",\r\n");

    // Rows are written in blocks of about this many characters.
    private const int Block = 1 << 16;

    private readonly Stream _stream;
    private readonly StringBuilder _text = new();
    private bool _isFirst = true;

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Where to write.</param>
    /// <param name="columns">The columns' names.</param>
    public CsvTable(Stream stream, params IEnumerable<string> columns)
    {
        _stream = stream;
        foreach (string column in columns) Add(column);
        EndRow();
    }

    /// <summary>Adds a value to the row.</summary>
    public void Add(string value)
    {
        if (!_isFirst) _text.Append(',');
        _isFirst = false;
        if (value.AsSpan().ContainsAny(Quoted)) _text.Append('"').Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        else _text.Append(value);
    }

    /// <summary>Adds a value to the row.</summary>
    public void Add(long value) => Add(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a value to the row, with four decimals.</summary>
    public void Add(float value) => Add(value.ToString("0.####", CultureInfo.InvariantCulture));

    /// <summary>Adds a time to the row, in seconds with three decimals.</summary>
    public void Add(TimeSpan time) => Add(time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture));

    /// <summary>Ends the row.</summary>
    public void EndRow()
    {
        _text.Append('\n');
        _isFirst = true;
        if (_text.Length >= Block) Flush();
    }

    /// <summary>Writes out what is buffered.</summary>
    public void Flush()
    {
        _stream.Write(Encoding.UTF8.GetBytes(_text.ToString()));
        _stream.Flush();
        _text.Clear();
    }
}
