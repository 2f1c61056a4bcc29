using System.Diagnostics;
using MicroExpNet.Tests;

namespace MicroExpNet.Web.Tests;

/// <summary>The published page and npm package, in <c>artifacts/web</c>; published once for all tests.</summary>
internal static class Publication
{
    private static readonly Lazy<Task<string>> LazyFolder = new(PublishAsync);

    /// <summary>The folder of static files.</summary>
    public static async Task<string> PageAsync() => Path.Combine(await LazyFolder.Value, "wwwroot");

    /// <summary>The folder of the npm package.</summary>
    public static async Task<string> PackageAsync() => Path.Combine(await LazyFolder.Value, "npm");

    private static async Task<string> PublishAsync()
    {
        string folder = ReferenceData.Repository("artifacts/web");
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string project = ReferenceData.Repository("src/MicroExpNet.Web");
        string[] arguments = ["publish", project, "-c", "Release", "-o", folder, "-nologo", "-v", "q"];
        foreach (string argument in arguments) start.ArgumentList.Add(argument);

        // What the build of these tests left in the environment is for another project.
        string[] inherited = [.. start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))];
        foreach (string name in inherited) start.Environment.Remove(name);

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output + await errors);
        return folder;
    }
}
