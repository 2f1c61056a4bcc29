using MicroExpNet.Video;

namespace MicroExpNet.Cli.Video;

/// <summary>Opens films in order, each while the one before it is analysed: <c>ffprobe</c> takes some 80 ms to start.</summary>
internal sealed class FilmOpener : IAsyncDisposable
{
    private readonly VideoFileOptions _options;
    private readonly IReadOnlyList<FilmInput> _films;
    private Task<VideoFile>? _next;
    private int _count;

    /// <summary>Starts with the first film.</summary>
    /// <param name="films">The films.</param>
    /// <param name="options">Which part of them is read.</param>
    public FilmOpener(IReadOnlyList<FilmInput> films, VideoFileOptions options)
    {
        (_films, _options) = (films, options);
        _next = StartNext();
    }

    /// <summary>Opens a film on another thread.</summary>
    /// <param name="film">The film; one with a failure gives a <see cref="VideoFormatException"/>.</param>
    /// <param name="options">Which part of it is read.</param>
    public static Task<VideoFile> OpenAsync(FilmInput film, VideoFileOptions options) => Task.Run(
        () => film.Failure is { } failure ? throw new VideoFormatException(failure) : VideoFile.Open(film.Path, options));

    /// <summary>The next film; the one after it is opened from now on.</summary>
    public Task<VideoFile> Take()
    {
        Task<VideoFile> film = _next!;
        _next = StartNext();
        return film;
    }

    /// <summary>Waits for a film that is being opened and that nobody took.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_next is not null) await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task<VideoFile>? StartNext() => _count < _films.Count ? OpenAsync(_films[_count++], _options) : null;
}
