using System.Diagnostics;
using System.Globalization;
using MicroExpNet.Tests;
using MicroExpNet.Training.Tests.Detection;

namespace MicroExpNet.Cli.Tests;

/// <summary>
/// Every command that writes, killed at random moments: what stands under an output's name is whole, the next run ends as an undisturbed
/// one, and nothing else is left. <c>MEXP_KILLS</c> is the number of kills of each command, 2 if absent.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const string Faces = "--data FACES --threads 1";
    private const string Scenes = "--heads HEADS --backgrounds BACKGROUNDS";

    private readonly TemporaryFolder _folder = new();
    private readonly MadeUpPictures _pictures = new();

    /// <summary>The commands. FACES, HEADS, BACKGROUNDS, PHOTOS and MODEL stand for inputs, OUT/ for a folder of their own.</summary>
    public static TheoryData<string> Commands =>
    [
        "predict PHOTOS --model MODEL -o OUT/r.csv",
        "predict PHOTOS --model MODEL -o OUT/r.json --annotate OUT/annotated",
        "label PHOTOS --model MODEL --unit 2 -o OUT/labels",
        "faces PHOTOS --model MODEL -o OUT/cut",
        "blur PHOTOS -o OUT/blurred",
        $"train {Faces} --input-size 36x36 --epochs 20 --checkpoint-minutes 0.0005 -o OUT/m.onnx",
        $"crossvalidate {Faces} --input-size 36x36 --folds 3 --epochs 4 -o OUT/folds.csv",
        $"sweep {Faces} --holdout 0.2 --epochs 1 -o OUT/sweep.csv",
        "augment --data FACES --preview OUT/sheet.png",
        "teach --teacher MODEL --data FACES -o OUT/logits.csv",
        "evaluate --data FACES --model MODEL --plots OUT/plot",
        "quantize MODEL --calibrate FACES -o OUT/q.onnx",
        "import MODEL -o OUT/i.onnx",
        $"compose {Scenes} --count 60 --size 200x200 --max-face 100 -o OUT/scenes",
        $"train-detector {Scenes} --steps 40 --batch-size 4 --stem-width 2 --widths 2,2 --threads 1 --report 20 -o OUT/d.onnx",
        $"cut-candidates --detector facedetector-2 {Scenes} --scenes 300 -o OUT/candidates.zip",
        "evaluate-detector --data HEADS --min-score 0.01 --sheet OUT/sheet.png --false-faces OUT/false.csv",
    ];

    public void Dispose()
    {
        _folder.Dispose();
        _pictures.Dispose();
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_killed_at_any_moment_leaves_whole_outputs_or_none(string command)
    {
        FaceFolder.Create(_folder, "faces", 20, "angry", "happy", "sad");
        for (int i = 0; i < 6; i++) _folder.Write($"photos/{i}.png", Pictures.Png(120 + i, 100));
        _folder.Write("photos/face.png", File.ReadAllBytes(ReferenceData.Repository("samples/astronaut.png")));
        Stopwatch clock = Stopwatch.StartNew();
        await EndAsync(command, "whole");
        TimeSpan duration = clock.Elapsed;
        Dictionary<string, byte[]> whole = Outputs("whole");
        Assert.NotEmpty(whole);

        Random random = new(command.Length);
        int kills = int.Parse(Environment.GetEnvironmentVariable("MEXP_KILLS") ?? "2", CultureInfo.InvariantCulture);
        for (int kill = 0; kill < kills; kill++)
        {
            await KillAsync(command, duration * (0.2 + random.NextDouble()));
            Dictionary<string, byte[]> left = Outputs("killed");
            foreach ((string name, byte[] content) in left) Assert.True(whole[name].SequenceEqual(content), $"{name} is not whole");

            // A picture that is in work at two kills is given up: there each kill is followed by a run to the end.
            bool givesUp = command.StartsWith("label ", StringComparison.Ordinal);
            if (givesUp) await CompleteAsync(command, whole);

            // A folder that is there already is refused, as it would be for anyone.
            if (givesUp || left.Count == whole.Count) Directory.Delete(Folder("killed"), recursive: true);
        }

        await CompleteAsync(command, whole);
    }

    private async Task CompleteAsync(string command, Dictionary<string, byte[]> whole)
    {
        await EndAsync(command, "killed");
        Dictionary<string, byte[]> last = Outputs("killed");
        Assert.Equal(whole.Keys.Order(StringComparer.Ordinal), last.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, byte[] content) in last) Assert.True(whole[name].SequenceEqual(content), $"{name} differs");
        Assert.Equal(AllFiles("whole"), AllFiles("killed"));
    }

    private async Task EndAsync(string command, string folder)
    {
        using Process run = Start(command, folder);
        Task<string> output = run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await output;
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == ExitCode.Success, error);
    }

    private async Task KillAsync(string command, TimeSpan after)
    {
        using Process run = Start(command, "killed");
        run.OutputDataReceived += (_, _) => { };
        run.ErrorDataReceived += (_, _) => { };
        run.BeginOutputReadLine();
        run.BeginErrorReadLine();
        await Task.Delay(after, TestContext.Current.CancellationToken);
        run.Kill();
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private Process Start(string command, string folder)
    {
        Directory.CreateDirectory(Folder(folder));
        return MexpProcess.Start([.. command.Split(' ').Select(argument => argument switch
        {
            "FACES" => Folder("faces"),
            "PHOTOS" => Folder("photos"),
            "MODEL" => TestModel.Path,
            "HEADS" => _pictures.Path("heads"),
            "BACKGROUNDS" => _pictures.Path("backgrounds"),
            _ when argument.StartsWith("OUT/", StringComparison.Ordinal) => Path.Combine(Folder(folder), argument["OUT/".Length..]),
            _ => argument,
        })]);
    }

    private string Folder(string name) => Path.Combine(_folder.Path, name);

    // What users see: not temporary files and locks, nor the state of a run that goes on.
    private Dictionary<string, byte[]> Outputs(string folder) =>
        AllFiles(folder)
            .Where(name => !name.Contains(".mexp-", StringComparison.Ordinal) && !name.EndsWith(".checkpoint", StringComparison.Ordinal))
            .ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(Folder(folder), name)));

    private string[] AllFiles(string folder) =>
        [.. _folder.Files
            .Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal)).Select(name => name[(folder.Length + 1)..])];
}
