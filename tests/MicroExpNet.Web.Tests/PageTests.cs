using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using MicroExpNet.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MicroExpNet.Web.Tests;

/// <summary>The camera page in Chromium, with a camera that shows the sample portrait.</summary>
[Collection(ChromiumCollection.Name)]
public sealed partial class PageTests(Chromium chromium)
{
    [Fact]
    public async Task The_face_before_the_camera_is_found_and_its_expression_is_happy()
    {
        IPage page = await chromium.OpenAsync();
        await Expect(page.Locator("#camera")).ToHaveTextAsync("Stop camera");
        await Expect(page.Locator(".face h3 b")).ToHaveTextAsync(CertainlyHappy());
        await Expect(page.Locator(".face")).ToHaveCountAsync(1);
        await Expect(page.Locator("#announcement")).ToContainTextAsync("happy");
        await Expect(page.Locator("#status")).ToContainTextAsync("frames/s");
        await Expect(page.Locator("#timelines canvas")).ToHaveAttributeAsync("aria-label", MostlyHappy());

        // Box, label and bars are drawn over the picture.
        Assert.True(await PaintedAsync(page) > 1000);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task After_loading_nothing_is_asked_of_any_server()
    {
        IPage page = await chromium.OpenAsync();
        await ServiceWorkerAsync(page);
        List<string> requests = [];
        page.Context.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("blob:", StringComparison.Ordinal)) requests.Add(request.Url);
        };
        int served = chromium.Server.Requests.Count;

        await Expect(page.Locator(".face h3 b")).ToHaveTextAsync(CertainlyHappy());
        await RecordAsync(page);
        await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#picture"));
        await page.ClickAsync("#mirror");
        await page.ClickAsync("#sample");
        await Expect(page.Locator("#status")).ToContainTextAsync("512×512");
        await page.ClickAsync("#settings summary");
        await page.SelectOptionAsync("#prior", "uniform");
        await page.SetInputFilesAsync("#file", TestFilm.Portrait);
        await Expect(page.Locator(".face h3 b")).ToHaveTextAsync(CertainlyHappy());

        Assert.Empty(requests);
        Assert.Equal(served, chromium.Server.Requests.Count);
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_network_the_page_opens_and_recognises(bool redirectsIndex)
    {
        // A server of its own, for it is stopped.
        PageServer server = await PageServer.StartAsync(await Publication.PageAsync(), redirectsIndex: redirectsIndex);
        IBrowserContext context = await chromium.ContextAsync();
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(server.Address);
        await Chromium.WaitUntilReadyAsync(page);
        await ServiceWorkerAsync(page);

        // A list of files that the browser kept from the version before does not hide the next one.
        Assert.Equal("none", await page.EvaluateAsync<string>("async () => (await navigator.serviceWorker.ready).updateViaCache"));
        await server.DisposeAsync();
        await context.SetOfflineAsync(true);

        await page.ReloadAsync();
        await Chromium.WaitUntilReadyAsync(page);
        await Expect(page.Locator(".face h3 b")).ToHaveTextAsync(CertainlyHappy());
        await context.CloseAsync();
    }

    [Fact]
    public async Task What_a_visitor_downloads_is_less_than_three_and_a_half_megabytes()
    {
        await using PageServer server = await PageServer.StartAsync(await Publication.PageAsync());
        IBrowserContext context = await chromium.ContextAsync();
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(server.Address);
        await Chromium.WaitUntilReadyAsync(page);
        await ServiceWorkerAsync(page);
        Assert.InRange(server.Bytes, 1_000_000, 3_500_000);
        await context.CloseAsync();
    }

    [Fact]
    public async Task A_forbidden_camera_is_explained()
    {
        IBrowser browser = await chromium.LaunchAsync("--use-fake-device-for-media-stream");
        IBrowserContext context = await browser.NewContextAsync();
        IPage page = await chromium.OpenAsync(context);

        // The page does not ask by itself: it begins with the sample.
        await Expect(page.Locator("#status")).ToContainTextAsync("1 face");
        await page.ClickAsync("#camera");
        await Expect(page.Locator("#notice")).ToContainTextAsync("The camera is not allowed. Allow it in the browser");
        await Expect(page.Locator(".face h3 b")).ToHaveTextAsync(CertainlyHappy());
        await browser.CloseAsync();
    }

    [Fact]
    public async Task A_camera_whose_picture_does_not_play_is_closed()
    {
        IPage page = await (await chromium.ContextAsync(new() { Permissions = ["camera"] })).NewPageAsync();
        await page.AddInitScriptAsync("""
            HTMLMediaElement.prototype.play = async function () {
              window.track = this.srcObject.getVideoTracks()[0];
              throw new Error('no player');
            };
            """);
        await page.GotoAsync(chromium.Server.Address);
        await Expect(page.Locator("#notice")).ToHaveTextAsync("The camera did not start: no player");
        Assert.Equal("ended", await page.EvaluateAsync<string>("() => window.track.readyState"));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_machine_without_camera_is_told_what_else_to_do()
    {
        IBrowser browser = await chromium.LaunchAsync(
            "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=device-count=0");
        IBrowserContext context = await browser.NewContextAsync();
        IPage page = await chromium.OpenAsync(context);
        await page.ClickAsync("#camera");
        await Expect(page.Locator("#notice")).ToHaveTextAsync(
            "There is no camera. Connect one and press Start camera again, or open a file instead.");
        await browser.CloseAsync();
    }

    [Fact]
    public async Task Dropped_pictures_and_films_are_recognised_and_other_files_refused()
    {
        IPage page = await chromium.OpenAsync();
        await DropAsync(page, TestFilm.Portrait, "image/png");
        await Expect(page.Locator("#status")).ToContainTextAsync("1 face");
        await Expect(page.Locator("#status")).ToContainTextAsync("512×512");
        await Expect(page.Locator(".face h3 b")).ToHaveTextAsync(CertainlyHappy());
        await Expect(page.Locator("#camera")).ToHaveTextAsync("Start camera");
        await Expect(page.Locator("#pause")).ToBeDisabledAsync();

        using TestFilm films = new();
        string film = films.Make("film.webm", "-loop 1 -i PHOTO -vf scale=480:480,fps=15 -t 3 -c:v libvpx -b:v 1M -pix_fmt yuv420p");
        await DropAsync(page, film, "video/webm");
        await Expect(page.Locator("#status")).ToContainTextAsync("480×480");
        await Expect(page.Locator(".face h3 b")).ToHaveTextAsync(CertainlyHappy());
        await Expect(page.Locator("#pause")).ToHaveTextAsync("Play again");
        await Expect(page.Locator("#seek")).ToBeVisibleAsync();

        // While a film seeks it has no frame, which is no error; a type that the system does not know is told by the name.
        await DropAsync(page, film, "");
        for (int i = 0; i < 12; i++)
        {
            await page.EvaluateAsync(
                """
                place => {
                  const seek = document.getElementById('seek'), video = document.getElementById('video');
                  seek.value = place;
                  seek.dispatchEvent(new Event('input'));

                  // The film may still be loading, which ends what plays before.
                  return video.play().catch(() => {});
                }
                """, (i * 5 % 12) / 12.0);
            await Task.Delay(100);
        }

        await Expect(page.Locator("#notice")).ToBeHiddenAsync();

        string text = films["notes.txt"];
        await File.WriteAllTextAsync(text, "no picture");
        await DropAsync(page, text, "text/plain");
        await Expect(page.Locator("#notice")).ToContainTextAsync("notes.txt: the browser cannot read it. Pictures: JPEG, PNG");
        await DropAsync(page, text, "video/mp4");
        await Expect(page.Locator("#notice")).ToContainTextAsync("notes.txt: the browser cannot play it. Films: MP4");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_clear_picture_is_shown_on_white_and_a_large_one_has_its_own_size()
    {
        IPage page = await chromium.OpenAsync();
        using TestFilm pictures = new();
        string clear = pictures.Make("clear.png", "-i PHOTO -vf format=rgba,colorchannelmixer=aa=0 -frames:v 1");
        await DropAsync(page, clear, "image/png");
        await Expect(page.Locator("#status")).ToContainTextAsync("0 faces");
        await Expect(page.Locator("#status")).ToContainTextAsync("512×512");
        int[] color = await page.EvaluateAsync<int[]>(
            "() => [...document.getElementById('still').getContext('2d').getImageData(256, 256, 1, 1).data]");
        Assert.Equal([255, 255, 255, 255], color);

        string large = pictures.Make("large.jpg", "-i PHOTO -vf scale=5000:5000 -frames:v 1");
        await DropAsync(page, large, "image/jpeg");
        await Expect(page.Locator("#status")).ToContainTextAsync("1 face");
        await Expect(page.Locator("#status")).ToContainTextAsync("5000×5000");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task What_is_chosen_while_the_camera_opens_stays()
    {
        IBrowserContext context = await chromium.ContextAsync(new() { Permissions = ["camera"] });
        IPage page = await context.NewPageAsync();
        await page.AddInitScriptAsync("""
            const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = async wishes => {
              window.stream = await open(wishes);
              await new Promise(resolve => window.goOn = resolve);
              return window.stream;
            };
            """);
        await page.GotoAsync(chromium.Server.Address);
        await page.WaitForFunctionAsync("() => window.goOn");
        await page.ClickAsync("#sample");
        await Expect(page.Locator("#status")).ToContainTextAsync("512×512");
        await page.EvaluateAsync("() => window.goOn()");
        await Chromium.WaitUntilReadyAsync(page);
        Assert.Equal("ended", await page.EvaluateAsync<string>("() => window.stream.getVideoTracks()[0].readyState"));
        await Expect(page.Locator("#camera")).ToHaveTextAsync("Start camera");
        await Expect(page.Locator("#status")).ToContainTextAsync("512×512");
        await context.CloseAsync();
    }

    [Fact]
    public async Task A_camera_that_opens_in_a_hidden_tab_waits_until_it_is_shown()
    {
        IBrowserContext context = await chromium.ContextAsync(new() { Permissions = ["camera"] });
        IPage page = await context.NewPageAsync();
        await page.AddInitScriptAsync("""
            const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = async wishes => {
              const stream = await open(wishes);
              (window.streams ??= []).push(stream);
              if (window.streams.length === 1) await new Promise(resolve => window.goOn = resolve);
              return stream;
            };
            """);
        await page.GotoAsync(chromium.Server.Address);
        await page.WaitForFunctionAsync("() => window.goOn");
        await HideAsync(page, true);
        await page.EvaluateAsync("() => window.goOn()");
        await Chromium.WaitUntilReadyAsync(page);
        Assert.Equal("ended", await page.EvaluateAsync<string>("() => window.streams[0].getVideoTracks()[0].readyState"));
        await Expect(page.Locator("#camera")).ToHaveTextAsync("Start camera");
        await HideAsync(page, false);
        await Expect(page.Locator("#camera")).ToHaveTextAsync("Stop camera");
        Assert.Equal(2, await page.EvaluateAsync<int>("() => window.streams.length"));
        await context.CloseAsync();
    }

    [Fact]
    public async Task Other_pages_of_the_origin_are_not_answered_with_this_one()
    {
        IPage page = await chromium.OpenAsync();
        await ServiceWorkerAsync(page);
        foreach (string path in new[] { "", "?a=b", "index.html" })
        {
            IResponse own = (await page.GotoAsync(chromium.Server.Address + path))!;
            Assert.True(own.FromServiceWorker, path);
            await Expect(page).ToHaveTitleAsync("MicroExpNet: facial expressions, live");
        }

        await page.GotoAsync(chromium.Server.Address + "service-worker-assets.js");
        Assert.Contains("assetsManifest", await page.InnerTextAsync("body"), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Copies_of_the_page_under_other_paths_keep_their_own_files()
    {
        string folder = Directory.CreateTempSubdirectory("microexpnet").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), "none of them");
        string worker = await File.ReadAllTextAsync(Path.Combine(await Publication.PageAsync(), "service-worker.js"));

        // A page of one file.
        async Task PublishAsync(string path, int version)
        {
            string page = $"{path} {version}", hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(page)));
            string copy = Directory.CreateDirectory(Path.Combine(folder, path)).FullName;
            await File.WriteAllTextAsync(Path.Combine(copy, "index.html"), page);
            await File.WriteAllTextAsync(Path.Combine(copy, "service-worker.js"), $"{worker}// {version}");
            await File.WriteAllTextAsync(
                Path.Combine(copy, "service-worker-assets.js"),
                $$"""self.assetsManifest = { version: '{{version}}', assets: [{ url: 'index.html', hash: 'sha256-{{hash}}' }] };""");
        }

        const string Install = """
            async path => {
              const registration = await navigator.serviceWorker.register(`/${path}/service-worker.js`, { updateViaCache: 'none' });
              await registration.update();
              const worker = registration.installing ?? registration.waiting ?? registration.active;
              while (worker.state !== 'activated') {
                if (worker.state === 'redundant') throw new Error(`${path} was not installed`);
                await new Promise(resolve => worker.addEventListener('statechange', resolve, { once: true }));
              }
            }
            """;
        try
        {
            await using PageServer server = await PageServer.StartAsync(folder);
            IBrowserContext context = await chromium.ContextAsync();
            IPage page = await context.NewPageAsync();
            await page.GotoAsync(server.Address);
            await page.EvaluateAsync("""
                async () => {
                  for (const [name, path] of [['microexpnet-old', '/one/'], ['microexpnet-other', '/two/'], ['another', '/one/']]) {
                    await (await caches.open(name)).put(`${path}index.html`, new Response('before'));
                  }
                }
                """);
            await PublishAsync("one", 1);
            await page.EvaluateAsync(Install, "one");
            Assert.True(await page.EvaluateAsync<bool>("() => caches.has('microexpnet-other')"));
            foreach ((string path, int version) in new[] { ("two", 1), ("one", 2) })
            {
                await PublishAsync(path, version);
                await page.EvaluateAsync(Install, path);
            }

            Assert.Equal(
                ["another: before", "microexpnet /one/ 2: one 2", "microexpnet /two/ 1: two 1"],
                await page.EvaluateAsync<string[]>("""
                    async () => {
                      const kept = [];
                      for (const name of (await caches.keys()).sort()) {
                        for (const answer of await (await caches.open(name)).matchAll()) kept.push(`${name}: ${await answer.text()}`);
                      }

                      return kept;
                    }
                    """));
            await context.CloseAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_recording_has_the_columns_of_the_command_and_a_row_for_each_face()
    {
        IPage page = await chromium.OpenAsync();
        await Expect(page.Locator(".face")).ToHaveCountAsync(1);
        string[] lines = await File.ReadAllLinesAsync(await RecordAsync(page));
        Assert.Equal(
            "film,frame,time,track,x,y,box_width,box_height,score,left_eye_x,left_eye_y,right_eye_x,right_eye_y,expression,probability,"
            + string.Join(',', ExpressionScores.Names), lines[0]);
        Assert.True(lines.Length > 3);
        double last = -1;
        foreach (string[] row in lines.Skip(1).Select(line => line.Split(',')))
        {
            Assert.Equal("camera", row[0]);
            double time = double.Parse(row[2], CultureInfo.InvariantCulture);
            Assert.True(time > last);
            last = time;
            Assert.Equal("happy", row[13]);
            Assert.Equal(1, row[15..].Sum(value => double.Parse(value, CultureInfo.InvariantCulture)), 1e-4);
        }

        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_saved_picture_has_the_cameras_size()
    {
        IPage page = await chromium.OpenAsync();
        await Expect(page.Locator(".face")).ToHaveCountAsync(1);
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#picture"));
        using MicroExpNet.Vision.Photo photo = MicroExpNet.Vision.Photo.Load(await download.PathAsync());
        Assert.Equal((640, 480), (photo.Width, photo.Height));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Settings_stay()
    {
        IPage page = await chromium.OpenAsync();
        await page.ClickAsync("#settings summary");
        await page.SelectOptionAsync("#prior", "uniform");
        await page.Locator("#minFace").FillAsync("100");
        await page.ClickAsync("#mirror");
        await page.ReloadAsync();
        await Chromium.WaitUntilReadyAsync(page);
        await Expect(page.Locator("#prior")).ToHaveValueAsync("uniform");
        await Expect(page.Locator("#minFace")).ToHaveValueAsync("100");
        await Expect(page.Locator("#mirror")).ToHaveAttributeAsync("aria-pressed", "false");
        await page.ClickAsync("#settings summary");
        await page.ClickAsync("#reset");
        await Expect(page.Locator("#minFace")).ToHaveValueAsync("60");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_tab_in_the_background_stops_the_camera()
    {
        IPage page = await chromium.OpenAsync();
        await Expect(page.Locator(".face")).ToHaveCountAsync(1);
        await page.EvaluateAsync("() => { window.track = document.getElementById('video').srcObject.getVideoTracks()[0]; }");
        await HideAsync(page, true);
        Assert.Equal("ended", await page.EvaluateAsync<string>("() => window.track.readyState"));
        await HideAsync(page, false);
        await Expect(page.Locator("#camera")).ToHaveTextAsync("Stop camera");
        await Expect(page.Locator(".face h3 b")).ToHaveTextAsync(CertainlyHappy());
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_pause_button_stops_and_goes_on()
    {
        IPage page = await chromium.OpenAsync();
        await Expect(page.Locator(".face")).ToHaveCountAsync(1);
        await page.ClickAsync("#pause");
        await Expect(page.Locator("#pause")).ToHaveTextAsync("Go on");
        Assert.True(await page.EvaluateAsync<bool>("() => document.getElementById('video').paused"));
        await page.ClickAsync("#pause");
        await Expect(page.Locator("#pause")).ToHaveTextAsync("Pause");
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData(360, false)]
    [InlineData(360, true)]
    [InlineData(790, false)]
    [InlineData(790, true)]
    public async Task Labels_cover_no_other_label_and_bars_no_other_face(int width, bool isMirrored)
    {
        IPage page = await EmptyPageAsync();
        int[] counts = await page.EvaluateAsync<int[]>("""
            async ([width, mirrored]) => {
              const { layOut } = await import('/page/drawing.js'), { names } = await import('/page/expressions.js');
              const context = document.createElement('canvas').getContext('2d'), height = width * 0.75;
              const overlap = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
              const probabilities = Object.fromEntries(names.map(name => [name, 1 / names.length]));
              let seed = 1, bars = 0, covered = 0, hidden = 0, outside = 0, bare = 0;
              const random = () => (seed = seed * 48271 % 2147483647) / 2147483647;
              for (let picture = 0; picture < 200; picture++) {
                const faces = Array.from({ length: 1 + picture % 9 }, (_, i) => {
                  const side = 30 + 200 * random() * random(), x = random() * (640 - side), y = random() * (480 - side);
                  return { track: i + 1, expression: 'happy', probability: 1, probabilities, box: { x, y, width: side, height: side } };
                });
                const drawn = layOut(context, faces, { scale: width / 640, left: 0, top: 0, width, height }, mirrored === 'true', 14);
                for (const item of drawn) {
                  if (!item.label) bare++;
                  for (const { x, y, width: w, height: h } of [item.label, item.bars].filter(one => one)) {
                    if (x < 0 || y < 0 || x + w > width + 0.01 || y + h > height + 0.01) outside++;
                  }

                  if (item.label && drawn.some(other => other !== item && other.label && overlap(item.label, other.label))) hidden++;
                  if (!item.bars) continue;
                  bars++;
                  const others = drawn.filter(other => other !== item).flatMap(other => [other.box, other.label ?? [], other.bars ?? []]);
                  if (others.some(other => overlap(item.bars, other))) covered++;
                }
              }

              return [bars, covered, outside, hidden, bare];
            }
            """, new[] { width.ToString(CultureInfo.InvariantCulture), isMirrored ? "true" : "false" });
        Assert.True(counts[0] > 20, $"{counts[0]} faces have bars");
        Assert.Equal((0, 0, 0), (counts[1], counts[2], counts[3]));

        // Of 996 faces that lie anywhere, over each other too.
        Assert.InRange(counts[4], 0, 10);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Faces_that_come_take_the_timelines_of_faces_that_went()
    {
        IPage page = await EmptyPageAsync();
        string[] titles = await page.EvaluateAsync<string[]>("""
            async () => {
              const { Timelines } = await import('/page/timeline.js'), { names } = await import('/page/expressions.js');
              document.body.innerHTML = '<div id="timelines"></div><p id="no-timeline"></p>';
              const timelines = new Timelines(), probabilities = Object.fromEntries(names.map(name => [name, 1 / names.length]));
              const faces = first => Array.from({ length: 6 }, (_, i) => ({ track: first + i, probabilities }));
              timelines.add(faces(1), 0);
              timelines.add(faces(7), 1000);
              timelines.add(faces(13), 3000);
              const titles = () => [...document.querySelectorAll('.timeline p span:first-child')].map(title => title.textContent);
              const before = titles();

              // The film plays again.
              timelines.add(faces(19), 0);
              return [...before, ...titles()];
            }
            """);
        Assert.Equal(Enumerable.Range(13, 12).Select(track => $"Face {track}"), titles);
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData(360, 740)]
    [InlineData(820, 1180)]
    [InlineData(1280, 800)]
    public async Task Everything_fits_the_width(int width, int height)
    {
        IPage page = await chromium.OpenAsync(new BrowserNewContextOptions { ViewportSize = new() { Width = width, Height = height } });
        await page.ClickAsync("#settings summary");
        await Expect(page.Locator(".face")).ToHaveCountAsync(1);
        Assert.Equal(width, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        foreach (ILocator button in await page.Locator("button:visible, select:visible").AllAsync())
        {
            LocatorBoundingBoxResult box = (await button.BoundingBoxAsync())!;
            Assert.True(box.X >= 0 && box.X + box.Width <= width, await button.InnerTextAsync());
            Assert.True(box.Height >= 36, await button.InnerTextAsync());
        }

        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_nothing_that_hinders(ColorScheme scheme)
    {
        IPage page = await chromium.OpenAsync(new BrowserNewContextOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await page.ClickAsync("#settings summary");
        await Expect(page.Locator(".face")).ToHaveCountAsync(1);
        AxeResult result = await page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(
            violation => $"{violation.Id}: {violation.Help}: {string.Join("; ", violation.Nodes.Select(node => node.Html))}")));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_keyboard_reaches_every_control()
    {
        IPage page = await chromium.OpenAsync();
        await Expect(page.Locator(".face")).ToHaveCountAsync(1);
        List<string> reached = [];
        for (int i = 0; i < 8; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            reached.Add(await page.EvaluateAsync<string>("() => document.activeElement.id || document.activeElement.localName"));
        }

        Assert.Equal(["camera", "open", "sample", "pause", "record", "picture", "mirror", "summary"], reached);
        await page.FocusAsync("#sample");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#status")).ToContainTextAsync("512×512");
        await page.Context.CloseAsync();
    }

    [GeneratedRegex(@"happy (9\d|100)%")]
    private static partial Regex CertainlyHappy();

    [GeneratedRegex("mostly happy")]
    private static partial Regex MostlyHappy();

    private static Task<int> PaintedAsync(IPage page) => page.EvaluateAsync<int>("""
        () => {
          const canvas = document.getElementById('overlay');
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let painted = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 0) painted++;
          return painted;
        }
        """);

    // A page of the same server without a recogniser, for tests of single modules.
    private async Task<IPage> EmptyPageAsync()
    {
        IPage page = await (await chromium.ContextAsync()).NewPageAsync();
        await page.GotoAsync(chromium.Server.Address + "page/page.css");
        return page;
    }

    // The service worker has fetched everything and serves from now on.
    private static async Task ServiceWorkerAsync(IPage page) =>
        await page.EvaluateAsync("async () => { await navigator.serviceWorker.ready; }");

    private static async Task<string> RecordAsync(IPage page)
    {
        await page.ClickAsync("#record");
        await Expect(page.Locator("#record")).ToHaveTextAsync("Stop and save CSV");
        await Expect(page.Locator("#status")).ToContainTextAsync(RowsRecorded());
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#record"));
        Assert.EndsWith(".csv", download.SuggestedFilename);
        return await download.PathAsync();
    }

    [GeneratedRegex(@" · ([4-9]|\d\d+) rows recorded")]
    private static partial Regex RowsRecorded();

    private static async Task DropAsync(IPage page, string path, string type)
    {
        string content = Convert.ToBase64String(await File.ReadAllBytesAsync(path));
        await page.EvaluateAsync("""
            ([content, name, type]) => {
              const bytes = Uint8Array.from(atob(content), character => character.charCodeAt(0));
              const dataTransfer = new DataTransfer();
              dataTransfer.items.add(new File([bytes], name, { type }));
              window.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true, bubbles: true }));
            }
            """, new[] { content, Path.GetFileName(path), type });
    }

    private static async Task HideAsync(IPage page, bool hidden) => await page.EvaluateAsync("""
        hidden => {
          Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """, hidden);
}
