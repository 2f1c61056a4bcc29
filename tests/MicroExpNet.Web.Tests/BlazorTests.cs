using System.Diagnostics;
using System.Text.RegularExpressions;
using MicroExpNet.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MicroExpNet.Web.Tests;

/// <summary>The Blazor component, in the published sample of Blazor WebAssembly and in that of Blazor Server.</summary>
[Collection(ChromiumCollection.Name)]
public sealed partial class BlazorTests(Chromium chromium)
{
    [Fact]
    public async Task The_face_before_the_camera_is_reported_as_happy()
    {
        await using PageServer server = await PageServer.StartAsync(await Publication.BlazorAsync());
        IPage page = await OpenAsync(server.Address);
        await Expect(page.Locator("#answer")).ToHaveTextAsync(CertainlyHappy());
        await CheckPageAsync(page);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task On_a_server_the_browser_recognises_and_the_server_receives_the_faces()
    {
        string program = await Publication.BlazorServerAsync();
        ProcessStartInfo start = new("dotnet", [program, "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        try
        {
            string? address = null;
            while (address is null)
            {
                string line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the sample has ended");
                address = Address().Match(line) is { Success: true } match ? match.Value : null;
            }

            Task rest = process.StandardOutput.ReadToEndAsync();
            IPage page = await OpenAsync(address);
            await Expect(page.Locator("#answer")).ToHaveTextAsync(CertainlyHappy());
            await CheckPageAsync(page);
            await page.Context.CloseAsync();
            process.Kill();
            await rest;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    [Fact]
    public async Task A_forbidden_camera_a_missing_one_and_an_insecure_page_are_errors_with_their_kinds()
    {
        await using PageServer server = await PageServer.StartAsync(await Publication.BlazorAsync());
        (string Kind, string Host, string[] Switches)[] cases =
        [
            ("NotAllowed: The camera is not allowed.", "127.0.0.1", ["--use-fake-device-for-media-stream"]),
            ("NoCamera: There is no camera.", "127.0.0.1",
                ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=device-count=0"]),
            ("InsecurePage: Browsers give a page the camera only over https", "camera.test",
                ["--host-resolver-rules=MAP camera.test 127.0.0.1"]),
        ];
        foreach ((string kind, string host, string[] switches) in cases)
        {
            IBrowser browser = await chromium.LaunchAsync(switches);
            IPage page = await browser.NewPageAsync();
            await page.GotoAsync(server.Address.Replace("127.0.0.1", host, StringComparison.Ordinal));
            await Expect(page.Locator("#error")).ToContainTextAsync(kind);
            await browser.CloseAsync();
        }
    }

    [Fact]
    public async Task A_recogniser_that_does_not_load_is_an_error()
    {
        await using PageServer server = await PageServer.StartAsync(await Publication.BlazorAsync());
        IBrowserContext context = await chromium.ContextAsync(new() { Permissions = ["camera"] });
        IPage page = await context.NewPageAsync();
        await page.RouteAsync("**/microexpnet.worker.js", route => route.AbortAsync());
        await page.GotoAsync(server.Address);
        await Expect(page.Locator("#error")).ToContainTextAsync("RecognizerFailed: The recogniser does not run: the worker did not start");
        await context.CloseAsync();
    }

    [Fact]
    public async Task A_camera_whose_picture_does_not_play_is_closed()
    {
        await using PageServer server = await PageServer.StartAsync(await Publication.BlazorAsync());
        IBrowserContext context = await chromium.ContextAsync(new() { Permissions = ["camera"] });
        IPage page = await context.NewPageAsync();
        await page.AddInitScriptAsync("""
            HTMLMediaElement.prototype.play = async function () {
              window.track = this.srcObject.getVideoTracks()[0];
              throw new Error('no player');
            };
            """);
        await page.GotoAsync(server.Address);
        await Expect(page.Locator("#error")).ToHaveTextAsync("CameraFailed: The camera did not start: no player");
        Assert.Equal("ended", await page.EvaluateAsync<string>("() => window.track.readyState"));
        await context.CloseAsync();
    }

    [Fact]
    public async Task Another_recogniser_does_not_use_track_numbers_again()
    {
        await using PageServer server = await PageServer.StartAsync(await Publication.BlazorAsync());
        IBrowserContext context = await chromium.ContextAsync(new() { Permissions = ["camera"] });
        IPage page = await context.NewPageAsync();
        await page.AddInitScriptAsync("""
            window.Worker = class extends Worker {
              constructor(...parameters) {
                super(...parameters);
                window.recogniser = this;
              }
            };
            """);
        await page.GotoAsync(server.Address);
        await Expect(page.Locator("#answer")).ToHaveTextAsync(CertainlyHappy());
        await page.EvaluateAsync("() => { window.recogniser.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' })); }");
        await Expect(page.Locator("#error")).ToContainTextAsync("RecognizerFailed");
        await page.GetByText("Stop", new() { Exact = true }).ClickAsync();
        await page.GetByText("Start", new() { Exact = true }).ClickAsync();
        await Expect(page.Locator("#answer")).ToContainTextAsync("face 2: Happy");
        await context.CloseAsync();
    }

    [Fact]
    public async Task The_names_and_numbers_of_expressions_are_the_librarys()
    {
        string source = await File.ReadAllTextAsync(ReferenceData.Repository("src/MicroExpNet.Blazor/FacialExpression.cs"));
        Assert.Equal(
            Enum.GetValues<Expression>().Select(expression => $"{expression} = {(int)expression}"),
            Member().Matches(source).Select(match => match.Value));
    }

    private async Task<IPage> OpenAsync(string address)
    {
        IBrowserContext context = await chromium.ContextAsync(new() { Permissions = ["camera"] });
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(address);
        return page;
    }

    // Drawing, the parameters and the end of the component, as a visitor uses the sample's page.
    private static async Task CheckPageAsync(IPage page)
    {
        Assert.True(await page.EvaluateAsync<int>(Painted) > 1000);
        await Expect(page.Locator("#error")).ToHaveTextAsync("");
        Assert.Equal("scaleX(-1)", await page.EvaluateAsync<string>("() => document.querySelector('video').style.transform"));
        await page.GetByLabel("Mirror").UncheckAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('video').style.transform === ''");
        await page.GetByLabel("Prior").SelectOptionAsync("Uniform");
        ILocator devices = page.GetByLabel("Camera", new() { Exact = false }).Locator("option");
        await Expect(devices).Not.ToHaveCountAsync(1);

        await page.EvaluateAsync("() => { window.track = document.querySelector('video').srcObject.getVideoTracks()[0]; }");
        await page.GetByText("Stop", new() { Exact = true }).ClickAsync();
        await page.WaitForFunctionAsync("() => window.track.readyState === 'ended'");
        Assert.Equal(0, await page.EvaluateAsync<int>(Painted));
        await Expect(page.Locator("#answer")).ToHaveTextAsync("No face yet.");
        await page.GetByText("Start", new() { Exact = true }).ClickAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('video').srcObject?.getVideoTracks()[0].readyState === 'live'");
        await page.WaitForFunctionAsync($"() => ({Painted})() > 1000");
    }

    private const string Painted = """
        () => {
          const canvas = document.querySelector('canvas');
          if (canvas.width === 0) return 0;
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let painted = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 0) painted++;
          return painted;
        }
        """;

    [GeneratedRegex(@"^face 1: Happy (9\d|100)%$")]
    private static partial Regex CertainlyHappy();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();

    [GeneratedRegex(@"\b\w+ = \d(?=,)")]
    private static partial Regex Member();
}
