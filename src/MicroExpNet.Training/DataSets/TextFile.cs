using System.Text;

namespace MicroExpNet.Training.DataSets;

/// <summary>
/// Opens text of strangers: UTF-8, or what a mark at its beginning says. Text in another encoding is refused where it is read: its letters
/// would be others, and names with them.
/// </summary>
internal static class TextFile
{
    /// <summary>Opens a file.</summary>
    /// <param name="path">The file. Reading it throws a <see cref="DataSetFormatException"/> where it is not UTF-8.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static StreamReader Open(string path) => Open(File.OpenRead(path), path);

    /// <summary>Opens a stream, which is closed with the reader.</summary>
    /// <param name="stream">The text. Reading it throws a <see cref="DataSetFormatException"/> where it is not UTF-8.</param>
    /// <param name="name">What the message calls it.</param>
    public static StreamReader Open(Stream stream, string name) =>
        new(stream, Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new Refusal(name)));

    private sealed class Refusal(string name) : DecoderFallback
    {
        public override int MaxCharCount => 0;

        public override DecoderFallbackBuffer CreateFallbackBuffer() => new RefusalBuffer(name);
    }

    private sealed class RefusalBuffer(string name) : DecoderFallbackBuffer
    {
        public override int Remaining => 0;

        public override bool Fallback(byte[] bytesUnknown, int index) => throw new DataSetFormatException(
            $"{name}: its text is not UTF-8; save it as UTF-8 (spreadsheets: 'CSV UTF-8')");

        public override char GetNextChar() => '\0';

        public override bool MovePrevious() => false;
    }
}
