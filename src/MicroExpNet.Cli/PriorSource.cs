using MicroExpNet.Models;

namespace MicroExpNet.Cli;

/// <summary>Reads a prior: one of three words, or a file.</summary>
internal static class PriorSource
{
    /// <summary>The prior.</summary>
    /// <param name="text"><c>natural</c>, <c>root</c>, <c>uniform</c> or a file.</param>
    /// <exception cref="CommandException">It is none of these.</exception>
    public static ClassPrior Read(string text)
    {
        foreach (ClassPrior named in new[] { ClassPrior.Natural, ClassPrior.SquareRoot, ClassPrior.Uniform })
        {
            if (text.Equals(named.Name, StringComparison.OrdinalIgnoreCase)) return named;
        }

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
                ExitCode.WrongCommand, $"--prior {text}: expected natural, root, uniform or a file of lines 'class share'");
        }
    }
}
