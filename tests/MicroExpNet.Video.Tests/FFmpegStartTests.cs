using System.Diagnostics;
using System.Text;

namespace MicroExpNet.Video.Tests;

public sealed class FFmpegStartTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FFmpeg_has_no_window_and_writes_UTF_8(bool readsOutput)
    {
        ProcessStartInfo start = FFmpegStart.Of("ffmpeg", ["-i", "a b.mp4"], readsOutput);
        Assert.Equal(("ffmpeg", true, false), (start.FileName, start.CreateNoWindow, start.UseShellExecute));
        Assert.Equal(["-i", "a b.mp4"], start.ArgumentList);
        Assert.Equal((true, readsOutput, true), (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError));

        // An encoding of a stream that is not redirected makes the start fail.
        Assert.Equal(readsOutput ? Encoding.UTF8 : null, start.StandardOutputEncoding);
        Assert.Equal(Encoding.UTF8, start.StandardErrorEncoding);
    }
}
