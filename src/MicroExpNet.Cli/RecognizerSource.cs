using MicroExpNet.Models;

namespace MicroExpNet.Cli;

/// <summary>Makes the recogniser that was asked for.</summary>
internal static class RecognizerSource
{
    /// <summary>The recogniser of the built-in model, or of another one whose classes are expressions.</summary>
    /// <param name="path">The model; null for the built-in one.</param>
    /// <param name="prior">How common each expression is assumed to be.</param>
    /// <param name="options">What networks are accepted; the defaults if absent.</param>
    /// <param name="adapt">Adds what the user knows of the model; absent for nothing.</param>
    /// <exception cref="CommandException">The model cannot be read, or does not recognise expressions.</exception>
    public static ExpressionRecognizer Load(
        string? path, ClassPrior prior, InferenceOptions? options = null, Func<Model, string, Model>? adapt = null) =>
        path is null && adapt is null && prior == ClassPrior.Natural
            ? ExpressionRecognizer.Default
            : Make(path, prior, adapt, model => new ExpressionRecognizer(model, options), made => made.Network);

    /// <summary>The classifier of the built-in model, or of another one, whose classes may be any.</summary>
    /// <param name="path">The model; null for the built-in one.</param>
    /// <param name="prior">How common each class is assumed to be.</param>
    /// <param name="options">What networks are accepted.</param>
    /// <param name="adapt">Adds what the user knows of the model; absent for nothing.</param>
    /// <exception cref="CommandException">The model cannot be read, or does not classify faces.</exception>
    public static FaceClassifier LoadClassifier(
        string? path, ClassPrior prior, InferenceOptions options, Func<Model, string, Model>? adapt = null) =>
        Make(path, prior, adapt, model => new FaceClassifier(model, options), made => made.Network);

    /// <summary>Makes sure that a classifier of films reads grey faces, as their frames are.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="name">What the user calls its model; null for the built-in one.</param>
    /// <returns>The same.</returns>
    /// <exception cref="CommandException">It reads colours.</exception>
    public static FaceClassifier OfFilms(FaceClassifier classifier, string? name) => classifier.Cropper.IsGray
        ? classifier
        : throw new CommandException(
            ExitCode.WrongCommand,
            $"{name ?? ShippedModels.DefaultName}: the model reads colours, and films and cameras are read in grey; " +
            "expected a model of grey faces");

    private static T Make<T>(
        string? path, ClassPrior prior, Func<Model, string, Model>? adapt, Func<Model, T> make, Func<T, Network> network)
    {
        string name = path ?? ShippedModels.DefaultName;
        try
        {
            Model model = ModelSource.Load(name, ExitCode.WrongCommand).Model;
            if (adapt is not null) model = adapt(model, name);
            if (model.Architecture.Labels.All(IsNumbered))
            {
                throw new CommandException(
                    ExitCode.WrongCommand,
                        $"{name}: its file does not say what its {model.Architecture.Labels.Length} outputs mean; give --labels a,b,c " +
                        "in their order");
            }

            T made = make(model.WithPrior(prior));
            CheckOutputs(network(made));
            return made;
        }
        catch (ModelFormatException e)
        {
            throw new CommandException(
                ExitCode.WrongCommand, e.Message.Contains(name, StringComparison.Ordinal) ? e.Message : $"{name}: {e.Message}");
        }
    }

    // A file whose weights are too large is refused by its name, before any picture is read: as far as four images show it.
    private static void CheckOutputs(Network network)
    {
        const int Count = 4;
        int length = network.Model.Architecture.Input.Length;
        byte[] images = new byte[Count * length];
        for (int i = 0; i < length; i++)
        {
            images[length + i] = byte.MaxValue;
            images[(2 * length) + i] = (byte)(i * (long)byte.MaxValue / length);
        }

        new Random(1).NextBytes(images.AsSpan(3 * length));
        float[] outputs = new float[Count * network.Model.Architecture.Output.Length];
        network.Run(images, Count, outputs);
        if (!outputs.All(float.IsFinite))
        {
            throw new ModelFormatException("gives values that are not finite numbers; its weights are too large");
        }
    }

    // What a file without labels gets when it is read.
    private static bool IsNumbered(string label) =>
        label.StartsWith("class ", StringComparison.Ordinal) && int.TryParse(label.AsSpan("class ".Length), out _);
}
