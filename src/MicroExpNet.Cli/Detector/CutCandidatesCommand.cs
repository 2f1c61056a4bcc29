using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using MicroExpNet.Cli.Options;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Cli.Detector;

/// <summary>The arguments of <c>mexp cut-candidates</c>, and what they lead to.</summary>
internal static class CutCandidatesCommand
{
    // Scenes whose candidates are in memory at once.
    private const int Batch = 256;

    // Of all that the detector is at all sure of.
    private const float MinScore = 0.01f;

    private const string Examples = """
        Examples:
          mexp cut-candidates --detector detector.onnx --heads heads.zip --backgrounds photos/ -o candidates.zip
          mexp train --data candidates.zip --architecture residual -o verifier.onnx
              what a detector takes for faces in composed scenes, in the folders 'face' and 'no_face', and a
              verifier trained on it

        Exit codes: 0 written; 1 the pictures cannot be used; 2 the command itself is wrong; 130 stopped.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        ComposerOptions composer = new();
        Option<string> detector = new("--detector")
        {
            HelpName = "FILE",
            Description = "The detector, an ONNX file that 'mexp train-detector' wrote; it has no verifier yet.",
            Required = true,
        };
        Option<string> negatives = HardNegativesOption.Create();
        Option<int> scenes = OptionFactory.Integer("--scenes", "N", "Scenes to compose.", 1, 40_000);
        Option<int> seed = OptionFactory.Integer("--seed", "N", "Seed of the scenes.", 0, 1);
        Option<string> output = new("--output", "-o")
        {
            HelpName = "FILE",
            Description = "The zip archive to write; an existing one is replaced.",
            Required = true,
        };
        CommandWithExamples command = new(
            "cut-candidates", "Cuts out what a detector takes for faces, to train a verifier on.", Examples);
        composer.AddTo(command);
        foreach (Option option in new Option[] { detector, negatives, scenes, seed, output }) command.Add(option);
        command.SetAction((parsed, cancellationToken) => Task.Run(
            () =>
            {
                OutputFile.CheckApart(
                    [("--output", parsed.GetValue(output))],
                    [.. composer.Files(parsed), parsed.GetValue(detector), parsed.GetValue(negatives)]);
                using OutputFile file = new(parsed.GetValue(output)!);
                CandidateCutter cutter = new(
                    DetectorSource.LoadAlone(parsed.GetValue(detector)!, new FaceDetectorOptions { MinScore = MinScore }));
                (IReadOnlyList<PictureSet> heads, PictureSet backgrounds) = composer.Read(parsed, terminal, cancellationToken);
                SceneComposer source = ComposerOptions.Compose(
                    [.. heads.Select(set => set.Part(HeadPartOption.ValidationShare, last: false))], backgrounds,
                    HardNegativesOption.Read(parsed.GetValue(negatives)));
                int[] counts = new int[2];
                using (ZipArchive archive = new(file.Stream, ZipArchiveMode.Create, leaveOpen: true))
                {
                    int count = parsed.GetValue(scenes);
                    for (int first = 0; first < count; first += Batch)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        foreach ((byte[] png, bool isFace) in Cut(
                            cutter, source, (ulong)parsed.GetValue(seed), first, Math.Min(Batch, count - first)))
                        {
                            string name = $"{(isFace ? "face" : "no_face")}/{counts[isFace ? 0 : 1]++:000000}.png";
                            using Stream entry = archive.OpenNewEntry(name, CompressionLevel.NoCompression);
                            entry.Write(png);
                        }

                        terminal.Status.Update(() => $"{first:N0} of {count:N0} scenes");
                    }
                }

                file.Commit();
                terminal.Report(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{parsed.GetValue(output)}: {counts[0]:N0} faces, {counts[1]:N0} candidates that are none"));
                return ExitCode.Success;
            },
            cancellationToken));
        return command;
    }

    private static ParallelQuery<(byte[] Png, bool IsFace)> Cut(
        CandidateCutter cutter, SceneComposer source, ulong seed, int first, int count) =>
        Enumerable.Range(first, count).AsParallel().AsOrdered()
            .Select(i => cutter.Cut(source.Compose(SceneSizes(i), seed, i)).Select(cut => (cut.Image.EncodePng(), cut.IsFace)).ToArray())
            .SelectMany(cuts => cuts);

    // Small faces in small scenes and large ones in larger scenes, half of them degraded less.
    private static SceneOptions SceneSizes(int number) => new()
    {
        Width = 192,
        Height = 192,
        MinFace = 18,
        MaxFace = 110,
        MaxFaces = 4,
        Degradation = number % 2 == 0 ? 1 : 0.4,
    };
}
