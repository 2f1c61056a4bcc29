using System.CommandLine;
using MicroExpNet.Architectures;
using MicroExpNet.Cli.Options;
using MicroExpNet.Training.Augmentation;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Cli.Train;

/// <summary>The arguments of <c>mexp augment</c>, and what they lead to.</summary>
internal static class AugmentCommand
{
    private const string Examples = """
        Examples:
          mexp augment --data faces/ --preview sheet.png
              what 'mexp train' makes of faces with its default settings
          mexp augment --data faces/ --preview sheet.png --rotation 30 --erasing 0.5 --mixup 0.2
              with settings of your own, which 'mexp train' takes alike

        Each row is one face: first as the network would read it unchanged, then changed at random.

        Exit codes: 0 written; 1 the data cannot be used; 2 the command itself is wrong.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        DataOptions data = new();
        NetworkOptions network = new();
        AugmentationArguments augmentation = new();
        Option<string> preview = new("--preview") { HelpName = "FILE", Description = "The contact sheet to write, .png.", Required = true };
        Option<int> seed = new("--seed")
        {
            HelpName = "N",
            Description = "Seed of the changes.",
            CustomParser = OptionValue.Integer(0),
            DefaultValueFactory = _ => 1,
        };
        CommandWithExamples command = new("augment", "Shows what training changes at random about faces.", Examples);
        data.AddTo(command, forTraining: false);
        command.Add(preview);
        network.AddTo(command);
        augmentation.AddTo(command);
        command.Add(seed);
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            OutputFile.CheckApart([("--preview", parsed.GetValue(preview))], [], data.Files(parsed));
            OutputFile.CheckPng("--preview", parsed.GetValue(preview)!);
            using OutputFile file = new(parsed.GetValue(preview)!);
            FaceDataSet faces = data.Read(parsed, terminal, showTable: false, cancellationToken);
            TensorShape input = network.Read(parsed, faces.Labels).Input;
            AugmentationOptions settings = augmentation.Read(parsed);
            file.Stream.Write(ContactSheet.Draw(faces, settings, input.Height, input.Width, seed: (ulong)parsed.GetValue(seed)));
            file.Commit();
            terminal.Report($"{parsed.GetValue(preview)}: {faces.Name} at {input.Height}x{input.Width}");
            return ExitCode.Success;
        }));
        return command;
    }
}
