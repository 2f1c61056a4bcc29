using MicroExpNet.Vision;

namespace MicroExpNet.Video.Report;

/// <summary>The best view of each face of a film.</summary>
internal sealed class FaceGallery
{
    private readonly Dictionary<int, FaceThumbnail> _faces = [];
    private readonly HashSet<int> _changed = [];

    /// <summary>The picture of a face, a JPEG; empty where there is none.</summary>
    public byte[] PictureOf(int track) => _faces.TryGetValue(track, out FaceThumbnail? face) ? face.Jpeg : [];

    /// <summary>Adds the next frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="result">Its faces.</param>
    public void Add(in VideoFrame frame, VideoFrameResult result)
    {
        foreach (VideoFace face in result.Faces)
        {
            if (!_faces.TryGetValue(face.Track, out FaceThumbnail? known)) _faces[face.Track] = known = new FaceThumbnail();
            if (known.Consider(frame, frame.FromFilm(face.Face))) _changed.Add(face.Track);
        }
    }

    /// <summary>Writes the views that changed since the last call.</summary>
    public void WriteChanges(BinaryWriter writer)
    {
        writer.Write(_changed.Count);
        foreach (int track in _changed)
        {
            writer.Write(track);
            _faces[track].WriteTo(writer);
        }

        _changed.Clear();
    }

    /// <summary>Reads views that were written.</summary>
    public void ReadChanges(BinaryReader reader)
    {
        for (int count = reader.ReadInt32(); count > 0; count--) _faces[reader.ReadInt32()] = FaceThumbnail.ReadFrom(reader);
    }
}
