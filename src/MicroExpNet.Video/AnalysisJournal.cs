using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using MicroExpNet.Video.Report;
using MicroExpNet.Vision;

namespace MicroExpNet.Video;

/// <summary>
/// The results of a film's analysis on disk, with the recogniser's state: a run that was killed goes on from there, with the results that
/// it would have had. Blocks of frames are appended, each with its length and hash; one that was not written whole is left out.
/// </summary>
internal sealed class AnalysisJournal : IDisposable
{
    private const int HashLength = 16;
    private const int MaxBlockBytes = 1 << 28;
    private const int DueBytes = 4 << 20;
    private static readonly TimeSpan DueTime = TimeSpan.FromSeconds(2);
    private static readonly byte[] Magic = [.. "mexp film journal 6\n"u8];

    private readonly FileStream _file;
    private readonly MemoryStream _block = new();
    private readonly BinaryWriter _writer;
    private long _written = Stopwatch.GetTimestamp();
    private int _frames;

    private AnalysisJournal(FileStream file)
    {
        _file = file;
        _writer = new BinaryWriter(_block);
    }

    /// <summary>The frames that are in it.</summary>
    public long Frames { get; private set; }

    /// <summary>The time of the last of them.</summary>
    public TimeSpan LastTime { get; private set; }

    /// <summary>Whether they are all frames of the film.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The state of the recogniser after the last frame; null before the first.</summary>
    public byte[]? State { get; private set; }

    /// <summary>Whether a block could not be written, such as on a full disk: nothing is added any more.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Whether it is time to write a block.</summary>
    public bool IsDue => _frames > 0 && (Stopwatch.GetElapsedTime(_written) >= DueTime || _block.Length >= DueBytes);

    /// <summary>Opens a journal, or starts one where there is none, or one of another film or other options.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="fingerprint">A hash of all that decides the results.</param>
    /// <exception cref="IOException">It cannot be written, or another process has it open.</exception>
    public static AnalysisJournal Open(string path, ReadOnlySpan<byte> fingerprint)
    {
        FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        AnalysisJournal journal = new(file);
        byte[] head = [.. Magic, .. fingerprint], found = new byte[head.Length];
        if (file.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) == found.Length && found.AsSpan().SequenceEqual(head))
        {
            // What follows the last whole block is written over.
            long end = file.Position;
            foreach (byte[] block in journal.Blocks())
            {
                journal.Skim(block);
                end = file.Position;
            }

            file.SetLength(end);
            file.Position = end;
            return journal;
        }

        file.SetLength(0);
        file.Position = 0;
        file.Write(head);
        file.Flush();
        return journal;
    }

    /// <summary>The results that are in it, from the first frame.</summary>
    /// <param name="labels">The model's classes.</param>
    /// <param name="gallery">Gets the views of the faces; null where they are not wanted.</param>
    public IEnumerable<VideoFrameResult> Replay(ImmutableArray<string> labels, FaceGallery? gallery)
    {
        long end = _file.Position;
        _file.Position = Magic.Length + SHA256.HashSizeInBytes;
        foreach (byte[] block in Blocks(end))
        {
            using BinaryReader reader = new(new MemoryStream(block));
            for (int count = reader.ReadInt32(); count > 0; count--) yield return ReadFrame(reader, labels);
            ReadEnd(reader, gallery);
        }

        _file.Position = end;
    }

    /// <summary>Adds a frame; it is on disk after the next <see cref="Write"/>.</summary>
    /// <param name="result">The frame's faces.</param>
    public void Add(VideoFrameResult result)
    {
        if (IsLost) return;
        if (_frames == 0) _writer.Write(0);
        _writer.Write(result.Index);
        _writer.Write(result.Time.Ticks);
        _writer.Write(result.Faces.Length);
        foreach (VideoFace face in result.Faces)
        {
            _writer.Write(face.Track);
            FaceState.Write(_writer, face.Face);
            FaceState.Write(_writer, face.Scores.Probabilities);
            _writer.Write(face.TopIndex);
        }

        _frames++;
        Frames++;
        LastTime = result.Time;
    }

    /// <summary>Writes the frames that were added.</summary>
    /// <param name="state">The recogniser's state after the last of them.</param>
    /// <param name="gallery">The views of the faces; null where they are not wanted.</param>
    /// <param name="isComplete">Whether these are all frames of the film.</param>
    public void Write(ReadOnlySpan<byte> state, FaceGallery? gallery, bool isComplete)
    {
        if (IsLost) return;
        if (_frames == 0) _writer.Write(0);
        _writer.Write(state.Length);
        _writer.Write(state);
        _writer.Write(isComplete);
        _writer.Write(gallery is not null);
        gallery?.WriteChanges(_writer);
        _writer.Flush();
        _block.Position = 0;
        _writer.Write(_frames);
        _writer.Flush();
        ReadOnlySpan<byte> block = _block.GetBuffer().AsSpan(0, (int)_block.Length);
        try
        {
            _file.Write(BitConverter.GetBytes(block.Length));
            _file.Write(SHA256.HashData(block).AsSpan(0, HashLength));
            _file.Write(block);
            _file.Flush();
        }
        catch (IOException)
        {
            IsLost = true;
        }

        _block.SetLength(0);
        (_frames, _written) = (0, Stopwatch.GetTimestamp());
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // A full disk fails the last flush again.
        }
    }

    private IEnumerable<byte[]> Blocks(long end = long.MaxValue)
    {
        byte[] head = new byte[sizeof(int) + HashLength];
        while (_file.Position < end && _file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length)
        {
            int length = BitConverter.ToInt32(head);
            if (length is < sizeof(int) or > MaxBlockBytes || _file.Length - _file.Position < length) yield break;
            byte[] block = new byte[length];
            _file.ReadExactly(block);
            if (!SHA256.HashData(block).AsSpan(0, HashLength).SequenceEqual(head.AsSpan(sizeof(int)))) yield break;
            yield return block;
        }
    }

    private void Skim(byte[] block)
    {
        using BinaryReader reader = new(new MemoryStream(block));
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            LastTime = SkipFrame(reader);
            Frames++;
        }

        (State, IsComplete) = ReadEnd(reader, gallery: null);
    }

    private static TimeSpan SkipFrame(BinaryReader reader)
    {
        reader.ReadInt64();
        TimeSpan time = TimeSpan.FromTicks(reader.ReadInt64());
        for (int faces = reader.ReadInt32(); faces > 0; faces--)
        {
            reader.ReadInt32();
            FaceState.ReadFace(reader);
            FaceState.ReadProbabilities(reader);
            reader.ReadInt32();
        }

        return time;
    }

    private static VideoFrameResult ReadFrame(BinaryReader reader, ImmutableArray<string> labels)
    {
        long index = reader.ReadInt64();
        TimeSpan time = TimeSpan.FromTicks(reader.ReadInt64());
        ImmutableArray<VideoFace>.Builder faces = ImmutableArray.CreateBuilder<VideoFace>(reader.ReadInt32());
        for (int i = 0; i < faces.Capacity; i++)
        {
            int track = reader.ReadInt32();
            DetectedFace face = FaceState.ReadFace(reader);
            ClassScores scores = new(labels, FaceState.ReadProbabilities(reader));
            faces.Add(new VideoFace(track, face, scores) { TopIndex = reader.ReadInt32() });
        }

        return new VideoFrameResult(index, time, faces.MoveToImmutable());
    }

    private static (byte[] State, bool IsComplete) ReadEnd(BinaryReader reader, FaceGallery? gallery)
    {
        byte[] state = reader.ReadBytes(reader.ReadInt32());
        bool isComplete = reader.ReadBoolean();
        if (reader.ReadBoolean() && gallery is not null) gallery.ReadChanges(reader);
        return (state, isComplete);
    }
}
