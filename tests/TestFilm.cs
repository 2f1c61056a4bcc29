using System.Diagnostics;
using MicroExpNet.Video;

namespace MicroExpNet.Tests;

/// <summary>Makes films with FFmpeg in a folder of their own.</summary>
internal sealed class TestFilm : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("film-").FullName;

    /// <summary>The path of a file of the folder.</summary>
    public string this[string name] => Path.Combine(_folder, name);

    /// <summary>The sample portrait.</summary>
    public static string Portrait => ReferenceData.Repository("samples/astronaut.png");

    /// <summary>Makes a film in the folder; see <see cref="Write"/>.</summary>
    /// <returns>The path of the film.</returns>
    public string Make(string name, string options) => Write(this[name], options);

    /// <summary>Makes a film with FFmpeg's options in one string; <c>PHOTO</c> stands for the portrait.</summary>
    /// <returns>The path of the film.</returns>
    public static string Write(string path, string options)
    {
        FFmpegInstallation installation = SkipWithoutFFmpeg();
        ProcessStartInfo start = new(installation.Ffmpeg) { RedirectStandardError = true };
        foreach (string part in $"-v error -nostdin -y {options}".Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            start.ArgumentList.Add(part == "PHOTO" ? Portrait : part);
        }

        start.ArgumentList.Add(path);
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        return path;
    }

    /// <summary>FFmpeg; where it is not installed, the test is skipped, but not in CI.</summary>
    public static FFmpegInstallation SkipWithoutFFmpeg()
    {
        try
        {
            return FFmpegInstallation.Find();
        }
        catch (FFmpegNotFoundException e)
        {
            Requirement.Check(isThere: false, e.Message);
            throw;
        }
    }

    /// <summary>A folder with FFmpeg's two programs, one of which is a shell script.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="program">Which one.</param>
    /// <param name="script">The script's text, from the path of the true program.</param>
    /// <returns>The folder.</returns>
    public static string WithScript(string folder, string program, Func<string, string> script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a shell script stands for FFmpeg");
        FFmpegInstallation installation = SkipWithoutFFmpeg();
        Directory.CreateDirectory(folder);
        foreach (string real in new[] { installation.Ffmpeg, installation.Ffprobe })
        {
            string path = Path.Combine(folder, Path.GetFileName(real));
            File.Delete(path);
            if (Path.GetFileName(real) != program)
            {
                File.CreateSymbolicLink(path, real);
                continue;
            }

            File.WriteAllText(path, $"#!/bin/sh\n{script(real)}\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        return folder;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
