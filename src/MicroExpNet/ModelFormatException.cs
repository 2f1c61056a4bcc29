namespace MicroExpNet;

/// <summary>
/// A model or checkpoint that cannot be used. The message is one line that names the file, what is wrong in it, and what was expected.
/// </summary>
public sealed class ModelFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One line: the file, what is wrong in it, and what was expected.</param>
    public ModelFormatException(string message)
        : base(OneLine(message))
    {
    }

    /// <summary>Creates the exception with the one that caused it.</summary>
    /// <param name="message">One line: the file, what is wrong in it, and what was expected.</param>
    /// <param name="innerException">The exception that caused it.</param>
    public ModelFormatException(string message, Exception innerException)
        : base(OneLine(message), innerException)
    {
    }

    /// <summary>Creates the exception without a message of its own.</summary>
    public ModelFormatException()
    {
    }

    // Names in a damaged file may hold anything; the message stays one readable line.
    private static string OneLine(string message)
    {
        const int longest = 1000;
        string line = string.Create(message.Length, message, static (characters, text) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                characters[i] = char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029' ? '\uFFFD' : text[i];
            }
        });
        return line.Length <= longest ? line : string.Concat(line.AsSpan(0, longest), "…");
    }
}
