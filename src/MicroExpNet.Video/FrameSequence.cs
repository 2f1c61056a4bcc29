using System.Collections.Immutable;
using MicroExpNet.Vision;

namespace MicroExpNet.Video;

/// <summary>Refuses results that are not those of a film's frames in order, by one model.</summary>
internal sealed class FrameSequence
{
    private ImmutableArray<string> _labels;
    private TimeSpan? _last;

    /// <summary>Takes the next frame.</summary>
    /// <param name="frame">The frame; its time may be the last one's, as that of two frames of some films is.</param>
    /// <param name="parameter">The parameter that an exception names.</param>
    /// <exception cref="ArgumentException">Its faces are missing, one has no scores or other classes than those before, or its time is
    /// before the last one's.</exception>
    public void Take(VideoFrameResult frame, string parameter)
    {
        if (frame.Faces.IsDefault) throw new ArgumentException($"frame {frame.Index}: no list of faces; expected an empty one", parameter);
        if (frame.Time < _last)
        {
            throw new ArgumentException(
                $"frame {frame.Index} is of {frame.Time}; expected {_last} or later, the time of the frame before it", parameter);
        }

        ImmutableArray<string> labels = _labels;
        foreach (VideoFace face in frame.Faces)
        {
            if (face.Scores is not { } scores)
            {
                throw new ArgumentException($"frame {frame.Index}: the face of track {face.Track} has no scores", parameter);
            }

            if (labels.IsDefault) labels = scores.Labels;
            if (scores.Labels != labels && !scores.Labels.SequenceEqual(labels))
            {
                throw new ArgumentException(
                    $"frame {frame.Index}: the face of track {face.Track} has the classes {string.Join(", ", scores.Labels)}; "
                    + $"expected those of the faces before it, {string.Join(", ", labels)}", parameter);
            }

            if ((uint)face.TopIndex >= (uint)labels.Length)
            {
                throw new ArgumentException(
                    $"frame {frame.Index}: the face of track {face.Track} shows class {face.TopIndex}; expected 0 to {labels.Length - 1}",
                    parameter);
            }
        }

        (_labels, _last) = (labels, frame.Time);
    }

    /// <summary>Lets the next frame have any time, as that of another film.</summary>
    public void Restart() => _last = null;
}
