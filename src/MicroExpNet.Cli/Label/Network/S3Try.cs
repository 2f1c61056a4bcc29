using System.Buffers.Binary;
using System.Diagnostics;
using MicroExpNet.Files;

namespace MicroExpNet.Cli.Label;

/// <summary>
/// A unit's try as a small object. A request for each picture would cost more than the picture, so the first try notes only that it was
/// there; later ones, which follow a process that ended, note the pictures in work. The object is renewed, and locked on its machine, as
/// long as the process lives: several may do the same unit at once.
/// </summary>
internal sealed class S3Try : IUnitTry
{
    // A store that is away for a moment is waited for: a note that stays looks like a process that ended.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // A queue gives a silent worker's unit to another one 40 to 60 seconds after the worker's end, unless its lease is another.
    private static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(40);

    private readonly S3Store _store;
    private readonly string _name;
    private readonly bool _notesPictures;
    private readonly SortedSet<int> _inWork = [];
    private readonly Lock _writing = new();
    private readonly TryLock _lock;
    private readonly Timer _renewal;
    private bool _isDisposed;

    /// <summary>Starts the object.</summary>
    /// <param name="store">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="notesPictures">Whether it notes the pictures in work.</param>
    public S3Try(S3Store store, string name, bool notesPictures)
    {
        (_store, _name, _notesPictures) = (store, name, notesPictures);
        _lock = new TryLock(IdOf(name));
        try
        {
            _store.Write(_name, []);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }

        _renewal = new Timer(_ => Renew(), null, RenewalInterval, RenewalInterval);
    }

    /// <summary>Whether the process of a try has ended.</summary>
    /// <param name="note">The try's object.</param>
    public static bool HasEnded(StoredFile note) =>
        TryLock.IsHeld(IdOf(note.Name)) is { } isHeld ? !isHeld : DateTime.UtcNow - note.Modified > MaxSilence;

    /// <inheritdoc/>
    public void Begin(int picture)
    {
        lock (_writing)
        {
            _inWork.Add(picture);
            if (_notesPictures && !_isDisposed) Write();
        }
    }

    /// <inheritdoc/>
    public void End(int picture)
    {
        // The next picture's start writes it.
        lock (_writing) _inWork.Remove(picture);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_writing)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            _renewal.Dispose();
            using TryLock held = _lock;

            // Whoever waits for the end may end this process first.
            string ended = _store.RememberEnded(_name);
            for (long start = Stopwatch.GetTimestamp(); ;)
            {
                try
                {
                    _store.Delete(_name);
                    AtomicFile.TryDelete(ended);
                    return;
                }
                catch (StoreUnavailableException) when (Stopwatch.GetElapsedTime(start) < Patience)
                {
                    Thread.Sleep(TimeSpan.FromSeconds(1));
                }
                catch (StoreUnavailableException)
                {
                    // What made it end is the failure to report.
                    return;
                }
            }
        }
    }

    private static string IdOf(string name) => name[(name.LastIndexOf('/') + 1)..];

    private void Renew()
    {
        // Where a picture's start is being written, that renews it.
        if (!_writing.TryEnter()) return;
        try
        {
            if (!_isDisposed) Write();
        }
        catch (Exception e) when (e is StoreUnavailableException or IOException)
        {
            // What needs the store says so; the next renewal may pass.
        }
        finally
        {
            _writing.Exit();
        }
    }

    private void Write()
    {
        byte[] content = _notesPictures ? new byte[_inWork.Count * sizeof(int)] : [];
        int i = 0;
        if (_notesPictures) foreach (int one in _inWork) BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(sizeof(int) * i++), one);
        _store.Write(_name, content);
    }
}
