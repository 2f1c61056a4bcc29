using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MicroExpNet.Cli.Label;

/// <summary>Counts the rows of parts, and digests them.</summary>
internal sealed partial class PartFacts : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _row = new();
    private readonly SortedDictionary<string, long> _expressions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _errorKinds = new(StringComparer.Ordinal);
    private string? _file;
    private long? _frame;

    /// <summary>Pictures and films, read or not.</summary>
    public long Pictures { get; private set; }

    /// <summary>Rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Faces.</summary>
    public long Faces { get; private set; }

    /// <summary>Pictures and films that could not be read.</summary>
    public long Errors { get; private set; }

    /// <summary>The faces of each class.</summary>
    public IReadOnlyDictionary<string, long> Expressions => _expressions;

    /// <summary>The errors by kind: their text without the picture's name, and with N for numbers.</summary>
    public IReadOnlyDictionary<string, long> ErrorKinds => _errorKinds;

    /// <summary>SHA-256 over all values of all rows, in hexadecimal digits.</summary>
    public string Digest => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>The counts that a part's metadata holds.</summary>
    /// <param name="json">The metadata.</param>
    /// <exception cref="FormatException">They are not there.</exception>
    public static PartFacts Of(JsonElement json)
    {
        try
        {
            return new PartFacts
            {
                Pictures = json.GetProperty("pictures").GetInt64(),
                Rows = json.GetProperty("rows").GetInt64(),
                Faces = json.GetProperty("faces").GetInt64(),
                Errors = json.GetProperty("errors").GetInt64(),
            };
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException("its metadata does not hold its counts", e);
        }
    }

    /// <summary>Starts the next picture, also where its name is the last one's.</summary>
    public void BeginPicture() => Pictures++;

    /// <summary>Adds a row that was read: rows of the same file in a row are one picture's unless the face's number starts anew.</summary>
    /// <param name="row">The row.</param>
    public void AddRead(LabelRow row)
    {
        if (row.File != _file || (row.Frame is null && row.Number is null or 1) || row.Frame < _frame) BeginPicture();
        (_file, _frame) = (row.File, row.Frame);
        Add(row);
    }

    /// <summary>Adds the next row.</summary>
    /// <param name="row">The row.</param>
    public void Add(LabelRow row)
    {
        Rows++;
        if (row.Expression is { } expression)
        {
            Faces++;
            _expressions[expression] = _expressions.GetValueOrDefault(expression) + 1;
        }

        if (row.Error is { } error)
        {
            Errors++;
            string kind = KindOf(error, row.File);
            _errorKinds[kind] = _errorKinds.GetValueOrDefault(kind) + 1;
        }

        _row.ResetWrittenCount();
        Append(row.File);
        Append(row.Frame);
        Append(row.Time is { } time ? BitConverter.DoubleToInt64Bits(time) : null);
        foreach (int? value in (int?[])[row.Track, row.Width, row.Height, row.Number]) Append(value);
        Append(row.Face?.Box.X);
        Append(row.Face?.Box.Y);
        Append(row.Face?.Box.Width);
        Append(row.Face?.Box.Height);
        EyePositions? eyes = row.Face?.Eyes;
        foreach (float? value in (float?[])[row.Face?.Score, eyes?.LeftX, eyes?.LeftY, eyes?.RightX, eyes?.RightY, row.Probability])
        {
            Append(value is { } number ? BitConverter.SingleToInt32Bits(number) : null);
        }

        Append(row.Expression);
        foreach (float value in row.Probabilities.Span) Append(BitConverter.SingleToInt32Bits(value));
        Append(row.Error);
        _hash.AppendData(_row.WrittenSpan);
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private static string KindOf(string error, string file)
    {
        string text = error.StartsWith(file + ": ", StringComparison.Ordinal) ? error[(file.Length + 2)..] : error;
        int advice = text.IndexOf(';', StringComparison.Ordinal);
        return Numbers().Replace(advice < 0 ? text : text[..advice], "N");
    }

    [GeneratedRegex(@"\d[\d,.]*")]
    private static partial Regex Numbers();

    // Null and the empty text differ.
    private void Append(string? text)
    {
        Append(text is null ? -1 : Encoding.UTF8.GetByteCount(text));
        if (text is not null) Encoding.UTF8.GetBytes(text, _row);
    }

    private void Append(long? value)
    {
        Span<byte> bytes = _row.GetSpan(9);
        bytes[0] = value is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[1..], value ?? 0);
        _row.Advance(9);
    }
}
