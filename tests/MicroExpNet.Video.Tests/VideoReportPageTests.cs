using System.Globalization;
using MicroExpNet.Tests;
using MicroExpNet.Video.Report;
using Microsoft.Playwright;

namespace MicroExpNet.Video.Tests;

/// <summary>The report's page in a real Chromium: it plays the film, jumps to clicks, filters faces, and prints.</summary>
public sealed class VideoReportPageTests : IDisposable
{
    private const float Patience = 60_000;

    private readonly TestFilm _film = new();

    public void Dispose() => _film.Dispose();

    [Fact]
    public async Task A_person_can_play_jump_filter_and_print()
    {
        // One face throughout, and its mirror image from 1 s to 2 s of 6 s.
        string film = _film.Make(
            "two faces.mp4", "-f lavfi -i color=gray:size=1024x512:rate=10 -loop 1 -r 10 -i PHOTO -t 6 -filter_complex " +
            "[1]split[a][b];[b]hflip[c];[0][a]overlay[d];[d][c]overlay=x=512:enable='between(t,1,1.99)' -pix_fmt yuv420p -c:v libx264");
        string page = await WriteReport(film);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        IPage tab = await browser.NewPageAsync(
            new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1200, Height = 1000 } });
        tab.SetDefaultTimeout(Patience);
        List<string> complaints = [], requests = [];
        tab.Console += (_, message) => complaints.Add(message.Text);
        tab.PageError += (_, error) => complaints.Add(error);
        tab.Request += (_, request) => requests.Add(request.Url);
        await tab.GotoAsync(new Uri(page).AbsoluteUri);

        // The film plays, from the disk.
        await tab.WaitForFunctionAsync("() => document.getElementById('player').readyState > 0");
        Assert.Equal(6.0, await tab.EvaluateAsync<double>("() => document.getElementById('player').duration"), 0.2);
        Assert.Equal(2, await tab.Locator(".track:visible").CountAsync());
        Assert.Equal(2, await tab.Locator(".track img").CountAsync());

        // A click in the middle of a lane jumps to the middle of the film, and so does the line.
        ILocator lane = tab.Locator(".lane").First;
        LocatorBoundingBoxResult box = (await lane.BoundingBoxAsync())!;
        await lane.ClickAsync(new LocatorClickOptions { Position = new Position { X = box.Width / 2, Y = 30 } });
        Assert.Equal(3.0, await TimeOf(tab), 0.1);
        Assert.Equal(3.0, await ShownTime(tab), 0.11);
        LocatorBoundingBoxResult line = (await lane.Locator(".head").BoundingBoxAsync())!;
        Assert.Equal(box.X + (box.Width / 2), line.X, 4.0);

        // An event's start jumps there; the right arrow goes on by a second.
        await tab.Locator("#events tr[data-track='2'] button").First.ClickAsync();
        Assert.Equal(1.0, await TimeOf(tab), 0.15);
        await lane.FocusAsync();
        await tab.Keyboard.PressAsync("ArrowRight");
        Assert.Equal(2.0, await TimeOf(tab), 0.15);
        string picture = Path.Combine(AppContext.BaseDirectory, "video-report.png");
        await tab.ScreenshotAsync(new PageScreenshotOptions { Path = picture, FullPage = true });

        // Faces that are seen for less than two fifths of the longest time go, with their events.
        await tab.Locator("#least").FillAsync("40");
        Assert.Equal(1, await tab.Locator(".track:visible").CountAsync());
        Assert.Equal(0, await tab.Locator("#events tr[data-track='2']:visible").CountAsync());
        Assert.Equal("2.4 s", await tab.Locator("#leastText").TextContentAsync());

        // On paper there is no player, but all faces.
        await tab.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        Assert.False(await tab.Locator("#player").IsVisibleAsync());
        Assert.True(await tab.Locator("#tracks .lane svg").First.IsVisibleAsync());
        Assert.Equal("%PDF"u8.ToArray(), (await tab.PdfAsync())[..4]);

        Assert.Empty(complaints);
        Assert.All(requests, url => Assert.Matches("^(file|data):", url));
    }

    [Fact]
    public async Task A_film_whose_pictures_start_after_its_sound_shows_the_first_of_them()
    {
        string film = _film.Make(
            "late.mp4", "-f lavfi -t 2 -i anullsrc -loop 1 -r 10 -t 1.5 -i PHOTO -vf setpts=PTS+0.3/TB -fps_mode passthrough " +
            "-pix_fmt yuv420p -c:v libx264");
        TimeSpan first = default;
        await foreach (VideoFrame frame in VideoFile.Open(film).ReadFramesAsync(TestContext.Current.CancellationToken))
        {
            first = frame.Time;
            break;
        }

        Assert.InRange(first.TotalSeconds, 0.1, 0.4);
        string page = await WriteReport(film);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        IPage tab = await OpenAsync(browser, page);
        await tab.WaitForFunctionAsync("() => document.getElementById('player').readyState > 1");
        Assert.Equal(first.TotalSeconds, await TimeOf(tab), 0.01);
    }

    [Fact]
    public async Task Without_the_film_the_timeline_still_works()
    {
        string film = _film.Make("film.mp4", "-loop 1 -r 10 -i PHOTO -t 1 -pix_fmt yuv420p -c:v libx264");
        string page = await WriteReport(film);
        File.Delete(film);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        IPage tab = await OpenAsync(browser, page);
        await tab.Locator("#novideo").WaitForAsync();
        ILocator lane = tab.Locator(".lane").First;
        LocatorBoundingBoxResult box = (await lane.BoundingBoxAsync())!;
        await lane.ClickAsync(new LocatorClickOptions { Position = new Position { X = box.Width / 2, Y = 30 } });
        Assert.Equal(0.5, await ShownTime(tab), 0.11);
    }

    private static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(
        new BrowserTypeLaunchOptions { ExecutablePath = FindBrowser(), Args = ["--no-sandbox"], Timeout = Patience });

    private static async Task<IPage> OpenAsync(IBrowser browser, string page)
    {
        IPage tab = await browser.NewPageAsync();
        tab.SetDefaultTimeout(Patience);
        await tab.GotoAsync(new Uri(page).AbsoluteUri);
        return tab;
    }

    private static async Task<double> TimeOf(IPage tab)
    {
        await tab.WaitForFunctionAsync("() => !document.getElementById('player').seeking");
        return await tab.EvaluateAsync<double>("() => document.getElementById('player').currentTime");
    }

    // 0:02.9
    private static async Task<double> ShownTime(IPage tab)
    {
        string[] parts = (await tab.Locator("#time").TextContentAsync())!.Split(':');
        return (60 * double.Parse(parts[0], CultureInfo.InvariantCulture)) + double.Parse(parts[1], CultureInfo.InvariantCulture);
    }

    private static string FindBrowser()
    {
        string? browser = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        Requirement.Check(browser is not null, "Chromium is not installed");
        return browser!;
    }

    private async Task<string> WriteReport(string film)
    {
        VideoAnalyzer analyzer = new(ExpressionRecognizer.Default, FaceDetector.Default.With(new FaceDetectorOptions { MinFace = 60 }));
        VideoFile file = VideoFile.Open(film);
        VideoReport report = new(analyzer.Labels);
        await foreach (
            (VideoFrame frame, VideoFrameResult result) in analyzer.AnalyzeFramesAsync(file, TestContext.Current.CancellationToken))
        {
            report.Add(frame, result);
        }

        string page = _film["report.html"];
        await using FileStream stream = File.Create(page);
        report.Write(stream, file, Uri.EscapeDataString(Path.GetFileName(film)));
        return page;
    }
}
