using System.Diagnostics;
using System.Text.RegularExpressions;
using MicroExpNet.Tests;
using MicroExpNet.Video.Report;

namespace MicroExpNet.Video.Tests;

/// <summary>The report's page is one that a browser shows.</summary>
public sealed partial class VideoReportTests : IDisposable
{
    private readonly TestFilm _film = new();

    public void Dispose() => _film.Dispose();

    [Fact]
    public async Task Chromium_draws_the_timeline_the_face_and_the_events()
    {
        string film = _film.Make("a <b> & 'film'.mp4", "-loop 1 -r 10 -i PHOTO -t 2 -pix_fmt yuv420p -c:v libx264");
        string page = await WriteReport(film, showsFaces: true);
        string dom = Browse(page);
        Assert.Contains("<h1 id=\"film\">a &lt;b&gt; &amp; 'film'.mp4</h1>", dom, StringComparison.Ordinal);
        Assert.Contains("20 frames, 1 face<", dom, StringComparison.Ordinal);
        Assert.Contains("happy 100%", dom, StringComparison.Ordinal);
        Assert.Matches("<img src=\"data:image/jpeg;base64,[^\"]{500,}\" alt=\"Face 1\">", dom);

        // One area for each expression that was ever probable; nearly all of the height is happy's yellow.
        Assert.Matches("<path d=\"M0 [0-9.]+H[^\"]*\" fill=\"#ffc93c\">", dom);
        Assert.Single(EventRow().Matches(dom));
    }

    [Fact]
    public async Task A_report_without_faces_holds_no_picture()
    {
        string film = _film.Make("film.mp4", "-loop 1 -r 10 -i PHOTO -t 0.5 -pix_fmt yuv420p -c:v libx264");
        string html = await File.ReadAllTextAsync(await WriteReport(film, showsFaces: false), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("/9j/", html, StringComparison.Ordinal);
        Assert.Contains("\"face\":null", html, StringComparison.Ordinal);
        Assert.DoesNotMatch("https?://(?!www.w3.org/2000/svg)", html);
    }

    [Fact]
    public void Bins_merge_when_a_film_is_longer_than_they_reach()
    {
        TimelineBins bins = new(ExpressionScores.Count, 4, 0.5);
        float[] happy = new float[ExpressionScores.Count], sad = new float[ExpressionScores.Count];
        happy[(int)Expression.Happy] = 1;
        sad[(int)Expression.Sadness] = 1;
        for (int i = 0; i < 4; i++) bins.Add(i * 0.5, new ClassScores(ExpressionScores.Names, i % 2 == 0 ? happy : sad));
        bins.Add(3.9, new ClassScores(ExpressionScores.Names, happy));
        Assert.Equal((1.0, 4), (bins.Width, bins.Count));
        Assert.Equal([2, 2, 0, 1], Enumerable.Range(0, 4).Select(bins.Frames));
        Assert.Equal(0.5f, bins.Mean(0, (int)Expression.Happy));
        Assert.Equal(0.5f, bins.Mean(1, (int)Expression.Sadness));
        Assert.Equal(1f, bins.Mean(3, (int)Expression.Happy));
    }

    [Fact]
    public void A_frame_fills_the_bins_up_to_the_next_one()
    {
        TimelineBins bins = new(ExpressionScores.Count, 16, 0.1);
        float[] happy = new float[ExpressionScores.Count], sad = new float[ExpressionScores.Count];
        happy[(int)Expression.Happy] = 1;
        sad[(int)Expression.Sadness] = 1;
        bins.Add(0.05, new ClassScores(ExpressionScores.Names, happy));
        bins.Add(0.35, new ClassScores(ExpressionScores.Names, sad));
        bins.Add(1.45, new ClassScores(ExpressionScores.Names, happy));
        Assert.Equal([1, 1, 1, 1, 0, 0], Enumerable.Range(0, 6).Select(bins.Frames));
        Assert.Equal(1f, bins.Mean(2, (int)Expression.Happy));
        Assert.Equal(1f, bins.Mean(3, (int)Expression.Sadness));
    }

    private async Task<string> WriteReport(string film, bool showsFaces)
    {
        VideoAnalyzer analyzer = new(ExpressionRecognizer.Default, FaceDetector.Default.With(new FaceDetectorOptions { MinFace = 60 }));
        VideoFile file = VideoFile.Open(film);
        VideoReport report = new(analyzer.Labels, showsFaces: showsFaces);
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

    private string Browse(string page)
    {
        string? browser = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        Requirement.Check(browser is not null, "Chromium is not installed");
        ProcessStartInfo start = new(browser!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[]
        {
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", $"--user-data-dir={_film["profile"]}", "--virtual-time-budget=3000",
                "--dump-dom",
            new Uri(page).AbsoluteUri,
        })
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string dom = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(60_000), "Chromium did not end");
        Assert.True(dom.Length > 0, errors.Result);
        return dom;
    }

    [GeneratedRegex("<tr data-track=\"1\"><td>1</td><td>happy</td>")]
    private static partial Regex EventRow();
}
