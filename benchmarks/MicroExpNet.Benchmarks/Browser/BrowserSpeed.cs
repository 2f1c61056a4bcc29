using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MicroExpNet.Video;
using MicroExpNet.Web.Tests;
using Microsoft.Playwright;

namespace MicroExpNet.Benchmarks.Browser;

/// <summary>
/// The published page and module in Chromium: times of a face and of a frame, what a camera takes of a core, and how long the page takes
/// to its first face. The camera is a film of the photo at 640×480, over which it pans or stands still, with noise.
/// </summary>
internal static class BrowserSpeed
{
    private const int Openings = 5;
    private const string Size = "640×480";

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5), Watched = TimeSpan.FromSeconds(15);

    /// <summary>Prints tables.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="folder">The published page, <c>wwwroot</c>.</param>
    /// <param name="photo">A photo of a face.</param>
    /// <param name="chromium">The program <c>chromium</c>.</param>
    public static async Task RunAsync(TextWriter output, string folder, string photo, string chromium)
    {
        DirectoryInfo films = Directory.CreateTempSubdirectory("mexp-browser");
        try
        {
            using IPlaywright playwright = await Playwright.CreateAsync();
            await using PageServer server = await PageServer.StartAsync(Path.GetFullPath(folder));
            foreach ((string name, string film) in new[]
            {
                ("pans", await FilmAsync(films, "pan", photo, "crop=640:480:x='80+60*sin(t)':y='80+60*sin(t*0.7)'")),
                ("stands still", await FilmAsync(films, "still", photo, "crop=640:480:x=80:y=80")),
            })
            {
                string profile = Path.Combine(films.FullName, Path.GetFileNameWithoutExtension(film));
                await using IBrowserContext context = await playwright.Chromium.LaunchPersistentContextAsync(profile, new()
                {
                    ExecutablePath = chromium,
                    Permissions = ["camera"],
                    ViewportSize = new() { Width = 1280, Height = 800 },
                    Args =
                    [
                        "--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                        $"--use-file-for-fake-video-capture={film}",
                    ],
                });
                IPage page = context.Pages[0];
                if (name == "pans")
                {
                    await OpenAsync(output, page, server.Address);
                    await MeasureModuleAsync(output, page, server.Address, photo);
                    output.WriteLine($"\na camera of {Size}, {Watched.TotalSeconds} seconds, in percent of a core");
                    output.WriteLine("the camera       worker   whole process   the page says");
                }

                await WatchAsync(output, name, page, server.Address);
            }
        }
        finally
        {
            films.Delete(recursive: true);
        }
    }

    private static async Task<string> FilmAsync(DirectoryInfo folder, string name, string photo, string crop)
    {
        string film = Path.Combine(folder.FullName, name + ".mjpeg");
        string[] arguments =
        [
            "-v", "error", "-nostdin", "-loop", "1", "-framerate", "30", "-i", photo, "-t", "12",
            "-vf", $"scale=800:800,{crop},noise=alls=6:allf=t", "-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p", film,
        ];
        using Process process = Process.Start(FFmpegInstallation.Find().Ffmpeg, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? film : throw new InvalidOperationException($"ffmpeg could not make a film of {photo}");
    }

    // The first time everything is downloaded; then the browser has it in its cache, compiled code included.
    private static async Task OpenAsync(TextWriter output, IPage page, string address)
    {
        output.WriteLine("from the address to the first face, seconds; processor time of the worker's thread and of the process");
        for (int i = 0; i < Openings; i++)
        {
            await page.GotoAsync("about:blank");
            ProcessorTime before = ProcessorTime.OfRenderers();
            long start = Stopwatch.GetTimestamp();
            await page.GotoAsync(address);
            await page.Locator(".face h3 b").First.WaitForAsync();
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            (double worker, double process) = ProcessorTime.OfRenderers().Since(before);
            string name = i == 0 ? "first" : "again";
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name,7} {elapsed.TotalSeconds,8:0.00} {worker,8:0.00} {process,8:0.00}"));
            await Task.Delay(Settling);         // the service worker stores the files meanwhile
        }
    }

    private static async Task MeasureModuleAsync(TextWriter output, IPage page, string address, string photo)
    {
        // A page of the same server without the page's own use of the worker.
        await page.GotoAsync(address + "microexpnet.js");
        string picture = Convert.ToBase64String(await File.ReadAllBytesAsync(photo));
        string times = await page.EvaluateAsync<string>(
            """
            async ([module, picture]) => {
                const { createRecognizer } = await import(module);
                const image = await createImageBitmap(new Blob([Uint8Array.from(atob(picture), c => c.charCodeAt(0))]));
                const canvas = new OffscreenCanvas(640, 480), draw = canvas.getContext('2d', { willReadFrequently: true });
                const frame = (x, y, upright = 1) => {
                    draw.fillStyle = '#808080';
                    draw.fillRect(0, 0, 640, 480);
                    draw.setTransform(1, 0, 0, upright, x, y);
                    draw.drawImage(image, 0, 0);
                    draw.resetTransform();
                    return draw.getImageData(0, 0, 640, 480);
                };
                const low = times => times.sort((a, b) => a - b)[Math.floor(times.length / 10)];
                const recognizer = await createRecognizer({ minFace: 60 });
                const found = (await recognizer.recognize(frame(64, -10), { still: true })).faces[0].box;
                const crop = draw.getImageData(found.x, found.y, found.width, found.height);
                const series = async step => {
                    const times = [];
                    for (let i = 0; i < 250; i++) times.push(await step(i));
                    return low(times.slice(50));
                };
                const still = picture => series(async () => (await recognizer.recognize(picture, { still: true })).milliseconds);
                const result = {};
                result['recognise a face'] = await series(async () => {
                    const start = performance.now();
                    await recognizer.recognizeFace(crop);
                    return performance.now() - start;
                });
                result['search a frame without a face (the photo upside down)'] = await still(frame(64, 480, -1));
                result['search a frame, measure and recognise its face'] = await still(frame(64, -10));
                await recognizer.reset();
                result['follow a face into the next frame and recognise it'] = await series(async i =>
                    (await recognizer.recognize(frame(64 + 40 * Math.sin(i / 30), -10), { time: i * 1000 / 30 })).milliseconds);
                recognizer.close();
                return JSON.stringify(result);
            }
            """,
            new[] { address + "microexpnet.js", picture });
        output.WriteLine($"\na frame of {Size}, smallest face 60 pixels, milliseconds, 10th percentile of 200");
        foreach ((string what, double time) in JsonSerializer.Deserialize<Dictionary<string, double>>(times)!)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-55} {time,5:0.0}"));
        }
    }

    private static async Task WatchAsync(TextWriter output, string name, IPage page, string address)
    {
        await page.GotoAsync(address);
        ILocator status = page.Locator("#status");
        await status.Filter(new() { HasText = Size }).WaitForAsync();
        await Task.Delay(Settling);
        ProcessorTime before = ProcessorTime.OfRenderers();
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(Watched);
        (double worker, double process) = ProcessorTime.OfRenderers().Since(before);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        string? says = await status.TextContentAsync();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-14} {100 * worker / elapsed,5:0} % {100 * process / elapsed,13:0} %   {says}"));
    }
}
