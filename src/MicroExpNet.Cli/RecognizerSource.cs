using MicroExpNet.Models;

namespace MicroExpNet.Cli;

/// <summary>Makes the recogniser that was asked for.</summary>
internal static class RecognizerSource
{
    /// <summary>The built-in recogniser, or that of a model.</summary>
    /// <param name="path">The model; null for the built-in one.</param>
    /// <param name="prior">How common each expression is assumed to be.</param>
    /// <param name="adapt">Adds what the user knows of the model; absent for nothing.</param>
    /// <exception cref="CommandException">The model cannot be read, or does not recognise expressions.</exception>
    public static ExpressionRecognizer Load(string? path, ClassPrior prior, Func<Model, string, Model>? adapt = null)
    {
        string name = path ?? ShippedModels.DefaultName;
        try
        {
            Model model = path is null ? ExpressionRecognizer.Default.Network.Model : ModelSource.Load(path, ExitCode.WrongCommand).Model;
            Model adapted = adapt?.Invoke(model, name) ?? model;
            ExpressionRecognizer recognizer = adapted == ExpressionRecognizer.Default.Network.Model ? ExpressionRecognizer.Default : new ExpressionRecognizer(adapted);
            return prior == ClassPrior.Natural ? recognizer : recognizer.WithPrior(prior);
        }
        catch (ModelFormatException e)
        {
            string message = e.Message.Contains(name, StringComparison.Ordinal) ? e.Message : $"{name}: {e.Message}";
            throw new CommandException(ExitCode.WrongCommand, message.Contains("is no expression", StringComparison.Ordinal) ? $"{message}; --labels says what its outputs mean" : message);
        }
    }
}
