using MicroExpNet.Video;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Video;

/// <summary>Writes the faces of films, frame by frame.</summary>
internal interface IFaceTableWriter
{
    /// <summary>Writes one face of one frame.</summary>
    /// <param name="film">The film, as the user named it.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="face">The face.</param>
    void Write(string film, VideoFrameResult frame, in VideoFace face);

    /// <summary>Writes out what is buffered.</summary>
    void Complete();
}
