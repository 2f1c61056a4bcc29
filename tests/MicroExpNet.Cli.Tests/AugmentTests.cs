namespace MicroExpNet.Cli.Tests;

public sealed class AugmentTests : IDisposable
{
    private static readonly string[] Classes = ["angry", "happy", "sad"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_contact_sheet_is_drawn()
    {
        string faces = FaceFolder.Create(_folder, "faces", 4, Classes);
        Mexp run = await Mexp.RunAsync("augment", "--data", faces, "--preview", _folder["sheet.png"], "--mixup", "0.2");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.True(new FileInfo(_folder["sheet.png"]).Length > 1000);
    }

    [Theory]
    [InlineData("sheet.jpg")]
    [InlineData("sheet.csv")]
    [InlineData("sheet")]
    public async Task A_contact_sheet_is_a_png_file_by_its_name(string name)
    {
        string sheet = _folder.Write(name, "as before"u8.ToArray());
        Mexp run = await Mexp.RunAsync("augment", "--data", FaceFolder.Create(_folder, "faces", 4, Classes), "--preview", sheet);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal($"mexp: --preview {sheet}: expected a name that ends in .png", Assert.Single(run.ErrorLines));
        Assert.Equal("as before", await File.ReadAllTextAsync(sheet, TestContext.Current.CancellationToken));
    }
}
