using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MicroExpNet.Vision;

namespace MicroExpNet.Video;

/// <summary>Follows the faces of a film's frames at most two frames ahead of their recognition, and at the same time.</summary>
internal sealed class TrackingStage : IAsyncDisposable
{
    private const int FramesAhead = 2;

    private readonly VideoFile _film;
    private readonly TrackClassifier _tracks;
    private readonly FramePump _pump;
    private readonly bool _keepsStates;
    private readonly CancellationTokenSource _stop;
    private readonly Channel<TrackedFrame> _ready = Channel.CreateUnbounded<TrackedFrame>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly Channel<TrackedFrame> _free = Channel.CreateUnbounded<TrackedFrame>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly Task _following;

    /// <summary>Starts decoding and following.</summary>
    /// <param name="film">The film.</param>
    /// <param name="tracks">Follows its faces; only its following is used.</param>
    /// <param name="skip">How many frames the decoder leaves out.</param>
    /// <param name="keepsStates">Whether frames come with <see cref="TrackedFrame.State"/>.</param>
    /// <param name="cancellationToken">Stops all of it.</param>
    public TrackingStage(VideoFile film, TrackClassifier tracks, long skip, bool keepsStates, CancellationToken cancellationToken)
    {
        (_film, _tracks, _keepsStates) = (film, tracks, keepsStates);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _pump = film.StartPump(skip, FramesAhead + 1);

        // One is followed, and one recognised.
        for (int i = 0; i < FramesAhead + 2; i++) _free.Writer.TryWrite(new TrackedFrame());
        _following = Task.Run(FollowAsync, CancellationToken.None);
    }

    /// <summary>The frames in order; each one is overwritten when the next is read.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="VideoFormatException">Not one frame can be decoded.</exception>
    public async IAsyncEnumerable<TrackedFrame> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (TrackedFrame frame in _ready.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return frame;
            _pump.Release(frame.Frame);
            _free.Writer.TryWrite(frame);
        }

        _film.Complete(_pump);
    }

    /// <summary>Stops following and decoding.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _pump.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            await foreach (VideoFrame frame in _pump.ReadHeldAsync(_stop.Token).ConfigureAwait(false))
            {
                TrackedFrame tracked = await _free.Reader.ReadAsync(_stop.Token).ConfigureAwait(false);
                tracked.Frame = frame;
                _tracks.Follow(new ImageView(frame.Luma.Span, frame.Width, frame.Height), frame.Time, tracked.Faces);
                if (_keepsStates)
                {
                    tracked.State.Clear();
                    _tracks.WriteTracks(tracked.State.Writer);
                }

                _ready.Writer.TryWrite(tracked);
            }

            _ready.Writer.Complete();
        }
        catch (Exception e)
        {
            _ready.Writer.Complete(e);
        }
    }
}
