using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MicroExpNet.Benchmarks;

/// <summary>What the paired comparison gave on one processor, and what it ran on.</summary>
internal sealed record SpeedReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The day it was measured.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>The processor's name.</summary>
    public required string Processor { get; init; }

    /// <summary>Processor cores that .NET sees.</summary>
    public required int Cores { get; init; }

    /// <summary>The instruction set whose kernels ran.</summary>
    public required string InstructionSet { get; init; }

    /// <summary>The operating system's name and version.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>The version of .NET.</summary>
    public required string Runtime { get; init; }

    /// <summary>The version of this library.</summary>
    public required string MicroExpNet { get; init; }

    /// <summary>The version of ONNX Runtime.</summary>
    public required string OnnxRuntime { get; init; }

    /// <summary>The version of OpenCV; null where it did not load.</summary>
    public string? OpenCv { get; init; }

    /// <summary>Paired rounds of each network, batch size and number of callers.</summary>
    public required int Rounds { get; init; }

    /// <summary>The networks, in the order they were measured.</summary>
    public required NetworkSpeed[] Networks { get; init; }

    /// <summary>What its files are called, without an ending, e.g. <c>amd-epyc-zen-4-2-cores-avx-512</c>.</summary>
    [JsonIgnore]
    public string FileName => string.Join('-', $"{Processor} {Cores} cores {InstructionSet}".ToLowerInvariant()
        .Split([.. Enumerable.Range(0, 128).Select(c => (char)c).Where(c => !char.IsAsciiLetterOrDigit(c))],
            StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Reads a report.</summary>
    public static SpeedReport Load(string path) => JsonSerializer.Deserialize<SpeedReport>(File.ReadAllText(path), Json)!;

    /// <summary>Writes the report as JSON and as a page to read.</summary>
    /// <param name="folder">Where to.</param>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        Write(Path.Combine(folder, FileName + ".json"), JsonSerializer.Serialize(this, Json) + "\n");
        Write(Path.Combine(folder, FileName + ".md"), $"# {Processor}\n\n{SpeedTable.Markdown(this)}");
    }

    private static void Write(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }
}
