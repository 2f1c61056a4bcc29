using System.Security.Cryptography;
using MicroExpNet.Tests;
using MicroExpNet.Video.Report;
using MicroExpNet.Vision;

namespace MicroExpNet.Video.Tests;

/// <summary>An analysis that was stopped goes on with the results that it would have had.</summary>
public sealed class AnalysisJournalTests : IDisposable
{
    private static readonly byte[] Fingerprint = SHA256.HashData("film and options"u8);

    private readonly TestFilm _film = new();

    public void Dispose() => _film.Dispose();

    [Theory]
    [InlineData(10)]
    [InlineData(25)]
    public async Task A_stopped_analysis_goes_on_to_the_same_results_and_the_same_report(int rate)
    {
        // The portrait wanders, with noise, and is gone for a while: boxes, smoothing and tracks depend on all that went before.
        string path = _film.Make(
            "moving.mp4",
            $"-loop 1 -r {rate} -i PHOTO -frames:v 40 -vf crop=400:400:60+50*sin(n/5):20+20*cos(n/3),noise=alls=15:allf=t," +
            "drawbox=enable='between(n,21,26)':color=black:t=fill -pix_fmt yuv420p -c:v libx264");
        VideoAnalyzer analyzer = new(
            ExpressionRecognizer.Default, FaceDetector.Default.With(new FaceDetectorOptions { MinFace = 60 }),
            new VideoOptions { SmoothingTime = TimeSpan.FromSeconds(0.3) });
        (string expected, byte[] report) = await Analyze(analyzer, path, journal: null, stopAt: []);
        Assert.Equal(40, expected.Split('\n').Length);
        (string results, byte[] page) = await Analyze(analyzer, path, _film["journal"], stopAt: [0, 1, 7, 23, 24, 39]);
        Assert.Equal(expected, results);
        Assert.Equal(report, page);

        // All is done: the film itself is not read again.
        File.Move(path, _film["elsewhere.mp4"]);
        using AnalysisJournal done = AnalysisJournal.Open(_film["journal"], Fingerprint);
        Assert.Equal((40L, true), (done.Frames, done.IsComplete));
    }

    [Fact]
    public void A_journal_that_was_cut_anywhere_goes_on_after_its_last_whole_block()
    {
        string path = _film["journal"];
        List<long> ends = [];
        using (AnalysisJournal journal = AnalysisJournal.Open(path, Fingerprint))
        {
            for (int i = 0; i < 9; i++)
            {
                journal.Add(new VideoFrameResult(i, TimeSpan.FromSeconds(i), []));
                if (i % 3 != 2) continue;
                journal.Write([1, 2, 3], gallery: null, isComplete: i == 8);
                ends.Add(new FileInfo(path).Length);
            }
        }

        byte[] whole = File.ReadAllBytes(path);
        foreach (long length in Enumerable.Range(0, 60).Select(i => whole.Length * i / 60L).Concat(ends).Append(whole.Length - 1L))
        {
            File.WriteAllBytes(path, whole[..(int)length]);
            using AnalysisJournal journal = AnalysisJournal.Open(path, Fingerprint);
            long blocks = ends.Count(end => end <= length);
            Assert.Equal(3 * blocks, journal.Frames);
            Assert.Equal(blocks == 3, journal.IsComplete);
            Assert.Equal(
                Enumerable.Range(0, (int)journal.Frames),
                journal.Replay(ExpressionScores.Names, gallery: null).Select(frame => (int)frame.Index));
        }

        // A changed byte, or other options.
        whole[ends[0] + 40] ^= 1;
        File.WriteAllBytes(path, whole);
        using (AnalysisJournal journal = AnalysisJournal.Open(path, Fingerprint)) Assert.Equal(3, journal.Frames);
        using (AnalysisJournal journal = AnalysisJournal.Open(path, SHA256.HashData("others"u8))) Assert.Equal(0, journal.Frames);
    }

    [Fact]
    public void A_journal_belongs_to_one_run()
    {
        using AnalysisJournal journal = AnalysisJournal.Open(_film["journal"], Fingerprint);
        Assert.Throws<IOException>(() => AnalysisJournal.Open(_film["journal"], Fingerprint));
    }

    private static string Describe(VideoFace face) =>
        $"{face.Track} {face.Face} {face.Top} {string.Join(' ', face.Scores.Probabilities.ToArray())}";

    private async Task<(string Results, byte[] Report)> Analyze(VideoAnalyzer analyzer, string path, string? journal, int[] stopAt)
    {
        foreach (int? stop in (int?[])[.. stopAt, null])
        {
            VideoFile film = VideoFile.Open(path);
            VideoReport report = new(analyzer.Labels);
            using AnalysisJournal? open = journal is null ? null : AnalysisJournal.Open(journal, Fingerprint);
            using CancellationTokenSource cancel = new();
            List<string> lines = [];
            try
            {
                await foreach ((VideoFrame frame, VideoFrameResult result) in analyzer.AnalyzeFramesAsync(
                    film, open, report.Gallery, cancel.Token))
                {
                    report.Add(frame, result);
                    lines.Add($"{result.Index} {result.Time} {string.Join(' ', result.Faces.Select(Describe))}");
                    if (lines.Count == stop) await cancel.CancelAsync();
                }
            }
            catch (OperationCanceledException)
            {
                Assert.NotNull(stop);
                continue;
            }

            using MemoryStream page = new();
            report.Write(page, film, "film");
            if (stop is null) return (string.Join('\n', lines), page.ToArray());
        }

        throw new InvalidOperationException("the last analysis ends");
    }
}
