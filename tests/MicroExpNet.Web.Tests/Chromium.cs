using MicroExpNet.Tests;
using Microsoft.Playwright;

namespace MicroExpNet.Web.Tests;

/// <summary>
/// Chromium, started once for all tests, with a camera that shows the sample portrait; and the page, served on localhost.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    // Milliseconds: other tests may keep all processors busy.
    private const float Patience = 120_000;

    // Each window prepares pages for its address bar, which nobody types into: a fifth of the time in which the page starts. The switch
    // replaces Playwright's own list of features, so the others are as in a user's browser.
    private const string NoAddressBar = "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup";

    private static readonly string? Executable =
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    private readonly List<IBrowser> _browsers = [];
    private IPlaywright? _playwright;
    private TestFilm? _film;
    private IBrowser? _browser;

    /// <summary>The page's server.</summary>
    internal PageServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (Executable is null) return;
        Assertions.SetDefaultExpectTimeout(Patience);
        Server = await PageServer.StartAsync(await Publication.PageAsync());
        _playwright = await Playwright.CreateAsync();
    }

    /// <summary>Opens the page in a context of its own, with the camera allowed, and waits until it shows something.</summary>
    /// <param name="options">The context's options.</param>
    internal async Task<IPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        options ??= new BrowserNewContextOptions();
        options.Permissions ??= ["camera"];
        return await OpenAsync(await ContextAsync(options));
    }

    /// <summary>A context of its own in the browser with the sample's camera.</summary>
    /// <param name="options">The context's options.</param>
    internal async Task<IBrowserContext> ContextAsync(BrowserNewContextOptions? options = null)
    {
        IBrowserContext context = await (await BrowserAsync()).NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        return context;
    }

    /// <summary>Opens the page in a context.</summary>
    /// <param name="context">The context.</param>
    internal async Task<IPage> OpenAsync(IBrowserContext context)
    {
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(Server.Address);
        await WaitUntilReadyAsync(page);
        return page;
    }

    /// <summary>Waits until the page shows its first faces.</summary>
    /// <param name="page">The page.</param>
    internal static Task WaitUntilReadyAsync(IPage page) => page.Locator("html[data-ready]").WaitForAsync(new() { Timeout = Patience });

    /// <summary>A browser with the camera of the sample; the test is skipped where there is no Chromium.</summary>
    internal async Task<IBrowser> BrowserAsync()
    {
        RequireChromium();
        if (_browser is not null) return _browser;
        _film = new TestFilm();
        string camera = _film.Make(
            "camera.mjpeg", "-loop 1 -i PHOTO -vf pad=640:512:64:0,scale=640:480,fps=30 -t 2 -c:v mjpeg -q:v 3 -pix_fmt yuvj420p");
        return _browser = await LaunchAsync(
            "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", $"--use-file-for-fake-video-capture={camera}");
    }

    /// <summary>Another browser.</summary>
    /// <param name="arguments">Its switches.</param>
    internal async Task<IBrowser> LaunchAsync(params string[] arguments)
    {
        RequireChromium();
        BrowserTypeLaunchOptions options = new() { ExecutablePath = Executable, Args = ["--no-sandbox", NoAddressBar, .. arguments] };
        IBrowser browser = await _playwright!.Chromium.LaunchAsync(options);
        _browsers.Add(browser);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IBrowser browser in _browsers) await browser.CloseAsync();
        _playwright?.Dispose();
        _film?.Dispose();
        if (Server is not null) await Server.DisposeAsync();
    }

    private static void RequireChromium() => Requirement.Check(Executable is not null, "Chromium is not installed");
}
