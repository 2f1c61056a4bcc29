namespace MicroExpNet.Cli.Tests.Label;

/// <summary>What sources of <c>mexp label</c> name and hold: nothing is lost in silence, and nothing is read twice.</summary>
public sealed class LabelSourceTests : IDisposable
{
    private readonly LabelFolder _label = new();

    public void Dispose() => _label.Dispose();

    [Theory]
    [InlineData("list.txt")]
    [InlineData("list.csv")]
    [InlineData("list.csv", "file")]
    public async Task A_picture_whose_name_starts_with_a_hash_is_no_comment(string name, params string[] header)
    {
        foreach (string picture in new[] { "#1.png", "2.png", "#3.png" }) _label.Folder.Write(picture, Pictures.Png());
        string list = _label.List(name, [.. header, "#1.png", "2.png", "#3.png"]);

        Mexp run = await _label.LabelAsync(list, "--format", "csv");

        Assert.Equal((ExitCode.Success, ""), (run.ExitCode, run.Error));
        Mexp verified = await Mexp.RunAsync("label", "--verify", _label.Output);
        Assert.Equal((ExitCode.Success, ""), (verified.ExitCode, verified.Error));
        Assert.Equal(["#1.png", "2.png", "#3.png"], await _label.FilesOfRowsAsync());
        Mexp status = await Mexp.RunAsync("label", "--status", _label.Output, "--json");
        Assert.Equal(3, status.Json.GetProperty("pictures").GetInt32());
    }
}
