namespace MicroExpNet.Cli.Serve;

/// <summary>Finds the service's program.</summary>
internal static class ServerProgram
{
    private const string Name = "mexp-server";

    private static string FileName => OperatingSystem.IsWindows() ? Name + ".exe" : Name;

    /// <summary>The program's path; null if it is not here.</summary>
    /// <param name="here">The folder of mexp.</param>
    /// <param name="path">The environment's list of folders.</param>
    public static string? Find(string here, string? path)
    {
        // Beside mexp, where both were published into one folder; in the build of the whole repository; then wherever it was installed.
        string build = Path.Combine(
            here, "..", "..", "MicroExpNet.Server.Host", Path.GetFileName(Path.TrimEndingDirectorySeparator(here)));
        return ((string[])[here, build, .. (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)])
            .Select(folder => Path.Combine(folder, FileName)).FirstOrDefault(File.Exists);
    }
}
