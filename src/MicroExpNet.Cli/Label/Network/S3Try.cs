using System.Buffers.Binary;
using System.Diagnostics;

namespace MicroExpNet.Cli.Label;

/// <summary>
/// A unit's try as a small object. A request for each picture would cost more than the picture, so the first try notes only that it was
/// there; later ones, which follow a process that ended, note the pictures in work.
/// </summary>
internal sealed class S3Try : IUnitTry
{
    // A store that is away for a moment is waited for: a note that stays looks like a process that ended.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly S3Store _store;
    private readonly string _name;
    private readonly bool _notesPictures;
    private readonly SortedSet<int> _inWork = [];
    private readonly Lock _writing = new();
    private bool _isDisposed;

    /// <summary>Starts the object.</summary>
    /// <param name="store">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="notesPictures">Whether it notes the pictures in work.</param>
    public S3Try(S3Store store, string name, bool notesPictures)
    {
        (_store, _name, _notesPictures) = (store, name, notesPictures);
        _store.Write(_name, []);
    }

    /// <inheritdoc/>
    public void Begin(int picture)
    {
        lock (_writing)
        {
            _inWork.Add(picture);
            if (!_notesPictures || _isDisposed) return;
            byte[] content = new byte[_inWork.Count * sizeof(int)];
            int i = 0;
            foreach (int one in _inWork) BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(sizeof(int) * i++), one);
            _store.Write(_name, content);
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
            for (long start = Stopwatch.GetTimestamp(); ;)
            {
                try
                {
                    _store.Delete(_name);
                    return;
                }
                catch (StoreUnavailableException) when (Stopwatch.GetElapsedTime(start) < Patience)
                {
                    Thread.Sleep(TimeSpan.FromSeconds(1));
                }
                catch (StoreUnavailableException)
                {
                    // What made it end is the failure to report.
                    _store.RememberEnded(_name);
                    return;
                }
            }
        }
    }
}
