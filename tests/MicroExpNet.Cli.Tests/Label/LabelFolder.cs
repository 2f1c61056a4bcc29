using DuckDB.NET.Data;
using MicroExpNet.Cli.Label;

namespace MicroExpNet.Cli.Tests.Label;

/// <summary>A folder with a source and an output of <c>mexp label</c>, and what other programs read of it.</summary>
internal sealed class LabelFolder : IDisposable
{
    public TemporaryFolder Folder { get; } = new();

    public string Model { get; set; } = TestModel.Path;

    public string Output => System.IO.Path.Combine(Folder.Path, "out");

    public string[] Parts => Directory.Exists(Output)
        ? [.. Directory.GetFiles(Output).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Files that belong to no part, plan or list.</summary>
    public string[] Leftovers => [.. Folder.Files.Where(file =>
        file.StartsWith($"out/{LabelFolders.Temporary}", StringComparison.Ordinal)
        || file.StartsWith($"out/{LabelFolders.Tries}", StringComparison.Ordinal))];

    public string[] Pictures(int count, string folder = "photos") =>
        [.. Enumerable.Range(0, count).Select(i => Folder.Write($"{folder}/{i:0000}.png", Tests.Pictures.Png(40 + (i % 7), 30, i)))];

    public string List(string name, IEnumerable<string> lines)
    {
        File.WriteAllLines(Folder[name], lines);
        return Folder[name];
    }

    /// <summary>Labels with a detector that finds the same face everywhere.</summary>
    public Task<Mexp> LabelAsync(params string[] arguments) =>
        LabelAsync(MexpSurroundings.WithFaces(new FaceBox(5, 4, 20, 20)), arguments);

    public Task<Mexp> LabelAsync(MexpSurroundings surroundings, params string[] arguments) =>
        Mexp.RunAsync(surroundings, ["label", .. arguments, "--model", Model, "-o", Output]);

    public async Task<string[]> FilesOfRowsAsync()
    {
        Mexp merged = await Mexp.RunAsync("label", "--merge", Output, "-o", Folder["merged.parquet"]);
        Assert.True(merged.ExitCode is ExitCode.Success, merged.Error);
        return [.. Query($"SELECT file FROM '{Folder["merged.parquet"]}'").Select(row => (string)row[0]!)];
    }

    public static object?[][] Query(string query)
    {
        using DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = query;
        using DuckDBDataReader reader = command.ExecuteReader();
        List<object?[]> rows = [];
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        }

        return [.. rows];
    }

    public void Dispose() => Folder.Dispose();
}
