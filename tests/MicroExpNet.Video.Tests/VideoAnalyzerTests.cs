using MicroExpNet.Tests;
using MicroExpNet.Vision;

namespace MicroExpNet.Video.Tests;

/// <summary>The faces of films are those that the detector and the recogniser find in their frames.</summary>
public sealed class VideoAnalyzerTests : IDisposable
{
    private readonly TestFilm _film = new();

    public void Dispose() => _film.Dispose();

    [Fact]
    public async Task The_portraits_face_is_happy_in_every_frame_and_has_one_track()
    {
        string path = _film.Make("portrait.mp4", "-loop 1 -i PHOTO -t 1 -r 25 -pix_fmt yuv420p -c:v libx264");
        VideoAnalyzer analyzer = new(ExpressionRecognizer.Default, FaceDetector.Default.With(new FaceDetectorOptions { MinFace = 60 }));
        List<VideoFrameResult> results = [];
        await foreach (VideoFrameResult result in analyzer.AnalyzeAsync(path, cancellationToken: TestContext.Current.CancellationToken))
        {
            results.Add(result);
        }

        Assert.Equal(25, results.Count);
        Assert.All(results, (result, i) =>
        {
            Assert.Equal(i, (int)result.Index);
            VideoFace face = Assert.Single(result.Faces);
            Assert.Equal((1, "happy"), (face.Track, face.Top));
        });
    }

    // The frames are ready before they are asked for: each would be recognised at once, one after the other, and nothing else be done.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_window_does_something_else_between_two_frames(bool isAnalyzed)
    {
        string path = _film.Make("portrait.mp4", "-loop 1 -i PHOTO -t 1 -r 25 -pix_fmt yuv420p -c:v libx264");
        VideoAnalyzer analyzer = new(ExpressionRecognizer.Default, FaceDetector.Default.With(new FaceDetectorOptions { MinFace = 60 }));
        WindowContext window = new();
        int frames = 0, thread = Environment.CurrentManagedThreadId;
        window.Run(async () =>
        {
            if (isAnalyzed) await foreach (VideoFrameResult _ in analyzer.AnalyzeAsync(path)) Handle();
            else await foreach (VideoFrame _ in VideoFile.Open(path).ReadFramesAsync()) Handle();
        });
        Assert.Equal(25, frames);
        Assert.InRange(window.Messages, frames, int.MaxValue);

        void Handle()
        {
            frames++;
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            Thread.Sleep(5);
        }
    }

    [Fact]
    public async Task A_film_decoded_smaller_gives_boxes_in_its_own_pixels()
    {
        string path = _film.Make("portrait.mp4", "-loop 1 -i PHOTO -t 0.2 -r 10 -pix_fmt yuv420p -c:v libx264");
        VideoAnalyzer analyzer = new(ExpressionRecognizer.Default, FaceDetector.Default);
        FaceBox[] boxes = new FaceBox[2];
        for (int i = 0; i < 2; i++)
        {
            VideoFileOptions options = new() { MaxSide = i == 0 ? null : 256 };
            await foreach (VideoFrameResult result in analyzer.AnalyzeAsync(path, options, TestContext.Current.CancellationToken))
            {
                boxes[i] = Assert.Single(result.Faces).Box;
            }
        }

        Assert.InRange(boxes[0].IntersectionOverUnion(boxes[1]), 0.8, 1);
    }

    [Fact]
    public async Task The_same_film_gives_the_same_results()
    {
        string path = _film.Make("noisy.mp4", "-loop 1 -i PHOTO -t 1 -r 10 -vf noise=alls=20:allf=t -pix_fmt yuv420p -c:v libx264");
        VideoAnalyzer analyzer = new(ExpressionRecognizer.Default, FaceDetector.Default);
        Assert.Equal(await Describe(analyzer, path), await Describe(analyzer, path));
    }

    [Fact]
    public async Task An_analysis_can_be_left_at_any_frame()
    {
        string path = _film.Make("long.mp4", "-loop 1 -i PHOTO -t 8 -r 25 -pix_fmt yuv420p -c:v libx264");
        VideoAnalyzer analyzer = new(ExpressionRecognizer.Default, FaceDetector.Default.With(new FaceDetectorOptions { MinFace = 60 }));
        foreach (int last in (int[])[0, 1, 6])
        {
            long read = -1;
            await foreach (VideoFrameResult result in analyzer.AnalyzeAsync(path, cancellationToken: TestContext.Current.CancellationToken))
            {
                read = result.Index;
                if (read == last) break;
            }

            Assert.Equal(last, read);
        }
    }

    // A window's thread would stand still while FFmpeg is asked about the film.
    [Fact]
    public async Task Arguments_are_checked_at_the_call_and_the_film_with_the_first_result()
    {
        VideoAnalyzer analyzer = new(ExpressionRecognizer.Default, FaceDetector.Default);
        VideoFileOptions wrong = new() { EveryFrames = 0 };
        Assert.Equal("path", Assert.Throws<ArgumentNullException>(() => { analyzer.AnalyzeAsync((string)null!); }).ParamName);
        Assert.Equal("path", Assert.Throws<ArgumentException>(() => { analyzer.AnalyzeAsync(""); }).ParamName);
        Assert.Equal("film", Assert.Throws<ArgumentNullException>(() => { analyzer.AnalyzeAsync((VideoFile)null!); }).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => { analyzer.AnalyzeAsync("none.mp4", wrong); });
        VideoOptions options = new() { DetectionInterval = 0 };
        Assert.Equal(
            "options",
            Assert.Throws<ArgumentException>(
                () => new VideoAnalyzer(ExpressionRecognizer.Default, FaceDetector.Default, options)).ParamName);

        IAsyncEnumerable<VideoFrameResult> none = analyzer.AnalyzeAsync(_film["none.mp4"]);
        await using IAsyncEnumerator<VideoFrameResult> results = none.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        ValueTask<bool> first = results.MoveNextAsync();
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await first);
    }

    [Fact]
    public void The_first_face_of_a_frame_without_one_has_no_class()
    {
        VideoFace face = new VideoFrameResult(0, default, []).Faces.FirstOrDefault();
        Assert.Equal(("", 0f, 0, 0), (face.Top, face.TopProbability, face.TopIndex, face.Track));
        Assert.Contains(nameof(VideoFace.Track), face.ToString(), StringComparison.Ordinal);
    }

    private static string Describe(VideoFace face) =>
        $"{face.Track} {face.Face} {string.Join(' ', face.Scores.Probabilities.ToArray())}";

    private static async Task<string> Describe(VideoAnalyzer analyzer, string path)
    {
        List<string> lines = [];
        await foreach (VideoFrameResult result in analyzer.AnalyzeAsync(path, cancellationToken: TestContext.Current.CancellationToken))
        {
            lines.Add($"{result.Time} {string.Join(' ', result.Faces.Select(Describe))}");
        }

        return string.Join('\n', lines);
    }
}
