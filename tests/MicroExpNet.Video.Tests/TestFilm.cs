using System.Diagnostics;
using MicroExpNet.Tests;

namespace MicroExpNet.Video.Tests;

/// <summary>Makes films with FFmpeg in a folder of their own.</summary>
internal sealed class TestFilm : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("film-").FullName;

    /// <summary>The path of a file of the folder.</summary>
    public string this[string name] => Path.Combine(_folder, name);

    /// <summary>The sample portrait.</summary>
    public static string Portrait => ReferenceData.Repository("samples/astronaut.png");

    /// <summary>Runs FFmpeg with its options in one string; <c>PHOTO</c> stands for the portrait.</summary>
    /// <returns>The path of the film.</returns>
    public string Make(string name, string options)
    {
        FFmpegInstallation installation;
        try
        {
            installation = FFmpegInstallation.Find();
        }
        catch (FFmpegNotFoundException e)
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") is null, e.Message);
            throw;
        }

        ProcessStartInfo start = new(installation.Ffmpeg) { WorkingDirectory = _folder, RedirectStandardError = true };
        foreach (string part in $"-v error -nostdin -y {options} {name}".Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            start.ArgumentList.Add(part == "PHOTO" ? Portrait : part);
        }

        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        return this[name];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
