using System.Diagnostics;
using MicroExpNet.Tests;

namespace MicroExpNet.Web.Tests;

/// <summary>The published page and npm package, in <c>artifacts/web</c>, and Blazor's samples; published once for all tests.</summary>
internal static class Publication
{
    private static readonly Lazy<Task<string>> LazyFolder = new(PublishAsync);
    private static readonly Lazy<Task<string>> LazyBlazor = new(PublishBlazorAsync);
    private static readonly Lazy<Task<string>> LazyBlazorServer = new(BuildBlazorServerAsync);

    /// <summary>The folder of static files.</summary>
    public static async Task<string> PageAsync() => Path.Combine(await LazyFolder.Value, "wwwroot");

    /// <summary>The folder of the npm package.</summary>
    public static async Task<string> PackageAsync() => Path.Combine(await LazyFolder.Value, "npm");

    /// <summary>The folder of static files of the sample of Blazor WebAssembly.</summary>
    public static async Task<string> BlazorAsync() => Path.Combine(await LazyBlazor.Value, "wwwroot");

    /// <summary>The program of the sample of Blazor Server.</summary>
    public static Task<string> BlazorServerAsync() => LazyBlazorServer.Value;

    private static async Task<string> PublishAsync()
    {
        string folder = ReferenceData.Repository("artifacts/web");
        await RunAsync("publish", ReferenceData.Repository("src/MicroExpNet.Web"), "-c", "Release", "-o", folder);
        return folder;
    }

    // The component's library takes the module from where the page is published.
    private static async Task<string> PublishBlazorAsync()
    {
        await LazyFolder.Value;
        string folder = ReferenceData.Repository("artifacts/blazor");
        await RunAsync("publish", ReferenceData.Repository("samples/blazor/WebAssembly"), "-c", "Release", "-o", folder);
        return folder;
    }

    private static async Task<string> BuildBlazorServerAsync()
    {
        await LazyBlazor.Value;
        await RunAsync("build", ReferenceData.Repository("samples/blazor/Server"), "-c", "Release");
        return ReferenceData.Repository("artifacts/bin/BlazorServer/release/BlazorServer.dll");
    }

    private static async Task RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments.Concat(["-nologo", "-v", "q"])) start.ArgumentList.Add(argument);

        // What the build of these tests left in the environment is for another project.
        string[] inherited = [.. start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))];
        foreach (string name in inherited) start.Environment.Remove(name);

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output + await errors);
    }
}
