using MicroExpNet.Models;

namespace MicroExpNet.Cli;

/// <summary>Reads a prior: one of two words, or a file.</summary>
internal static class PriorSource
{
    /// <summary>The prior.</summary>
    /// <param name="text"><c>natural</c>, <c>uniform</c> or a file.</param>
    /// <exception cref="CommandException">It is none of these.</exception>
    public static ClassPrior Read(string text)
    {
        if (text.Equals(ClassPrior.Natural.Name, StringComparison.OrdinalIgnoreCase)) return ClassPrior.Natural;
        if (text.Equals(ClassPrior.Uniform.Name, StringComparison.OrdinalIgnoreCase)) return ClassPrior.Uniform;
        try
        {
            return ClassPrior.Load(text);
        }
        catch (FormatException e)
        {
            throw new CommandException(ExitCode.WrongCommand, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.WrongCommand, $"--prior {text}: expected natural, uniform or a file of lines 'class share'");
        }
    }
}
