using System.Collections.Immutable;
using MicroExpNet.Vision;

namespace MicroExpNet.Video;

/// <summary>The faces of one frame of a film.</summary>
/// <param name="Index">The frame's number among the frames read, from 0.</param>
/// <param name="Time">Its presentation time, from the film's start.</param>
/// <param name="Faces">The faces, largest first, in pixels of the film's own size (<see cref="VideoInfo.Width"/>).</param>
public sealed record VideoFrameResult(long Index, TimeSpan Time, ImmutableArray<VideoFace> Faces);
