namespace MicroExpNet;

/// <summary>
/// A model or checkpoint that cannot be used. The message is one line that names the file, what is wrong in it, and what was expected.
/// </summary>
public sealed class ModelFormatException : Exception
{
    /// <summary>Creates the exception with its one line.</summary>
    /// <param name="message">The file, what is wrong, what was expected.</param>
    public ModelFormatException(string message)
        : base(OneLine(message))
    {
    }

    /// <summary>Creates the exception with its one line and the failure below it.</summary>
    /// <param name="message">The file, what is wrong, what was expected.</param>
    /// <param name="innerException">The failure that led to it.</param>
    public ModelFormatException(string message, Exception innerException)
        : base(OneLine(message), innerException)
    {
    }

    /// <summary>Creates the exception without a line of its own.</summary>
    public ModelFormatException()
    {
    }

    // Names in a damaged file may hold anything; what is shown of them stays one readable line.
    private static string OneLine(string message)
    {
        const int longest = 1000;
        string line = string.Create(message.Length, message, static (characters, text) =>
        {
            for (int i = 0; i < text.Length; i++) characters[i] = char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029' ? '\uFFFD' : text[i];
        });
        return line.Length <= longest ? line : string.Concat(line.AsSpan(0, longest), "…");
    }
}
