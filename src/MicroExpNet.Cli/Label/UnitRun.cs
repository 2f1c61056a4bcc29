using System.Globalization;
using MicroExpNet.Cli.Video;
using MicroExpNet.Video;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Label;

/// <summary>Does units: labels their pictures on several threads, and commits their parts.</summary>
/// <param name="request">What was asked for.</param>
/// <param name="plan">The plan of the units.</param>
/// <param name="store">The output.</param>
/// <param name="pictures">Labels pictures.</param>
/// <param name="films">Labels films.</param>
internal sealed class UnitRun(LabelRequest request, UnitPlan plan, ILabelStore store, PictureLabeler pictures, FilmLabeler films)
    : IDisposable
{
    // Pictures that are done, or in work, ahead of the one that is written next.
    private const int AheadOfEachJob = 4;

    // Where an object is late, its store is asked whether it answers at all.
    private static readonly TimeSpan MaxWaitForStore = TimeSpan.FromSeconds(30);

    // What is in work when the worker is to stop has less time than an engine's signal leaves.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(12);

    private readonly SemaphoreSlim _free = new(request.Jobs);

    /// <summary>Called when a picture or a frame of a film is done.</summary>
    public Action Progress { get; init; } = () => { };

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    /// <summary>Does a unit.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="tries">Its earlier tries.</param>
    /// <param name="cancellationToken">Asks for an early end: the pictures in work are finished, and the unit is left.</param>
    /// <returns>The counts of its part; null where another worker has put it meanwhile.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="CommandException">The part cannot be written, or the list not read.</exception>
    public async Task<PartFacts?> RunAsync(PlannedUnit unit, UnitTries tries, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await TryAsync(unit, tries, cancellationToken);
            }
            catch (FFmpegEndedException)
            {
                // By a crash, or for want of memory: the film is tried as often as a picture that ends this process.
            }
            catch (IOException) when (store.Exists(unit.PartName(plan.Format)))
            {
                // The other worker removed what was being written here.
                return null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw OutputFile.Failed(store.Name, e);
            }
        }
    }

    private async Task<PartFacts> TryAsync(PlannedUnit unit, UnitTries tries, CancellationToken cancellationToken)
    {
        using PendingFile file = store.Create(unit.PartName(plan.Format));
        PartFacts facts = new();
        using (IUnitTry attempt = store.BeginTry(unit, tries))
        {
            ILabelWriter writer = LabelTable.Write(file.Stream, plan.Format, plan.Labels);
            await LabelAsync(unit, tries, attempt, facts, writer, cancellationToken);
            writer.Complete(PartMetadata.Write(plan, unit, facts));
            file.Commit(unit.PartName(plan.Format));
        }

        store.ForgetTries(unit);
        return facts;
    }

    private async Task LabelAsync(
        PlannedUnit unit, UnitTries tries, IUnitTry attempt, PartFacts facts, ILabelWriter writer, CancellationToken cancellationToken)
    {
        Queue<Task<IReadOnlyList<LabelRow>>> pending = new();
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            foreach (UnitPicture picture in Pictures(unit))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (tries.IsPoison(picture.Number))
                {
                    picture.Room?.Dispose();
                    string error = string.Create(
                        CultureInfo.InvariantCulture,
                        $"{picture.Name}: the process ended {tries.EndsOf(picture.Number)} times while it was read; not tried again");
                    pending.Enqueue(Task.FromResult<IReadOnlyList<LabelRow>>([new LabelRow { File = picture.Name, Error = error }]));
                    continue;
                }

                // What may have ended a process is tried alone, so that it is known the next time.
                bool isFilm = picture.Location is { } path && FilmList.HasFilmName(path) && !Photo.HasPictureName(path);
                bool isAlone = isFilm || tries.IsSuspect(picture.Number);
                int ahead = isAlone ? 0 : (AheadOfEachJob * request.Jobs) - 1;
                while (pending.Count > ahead) Write(await pending.Dequeue());
                if (isFilm)
                {
                    await WriteFilmAsync(picture);
                    continue;
                }

                pending.Enqueue(LabelWhenFreeAsync(picture, attempt, end.Token));
                if (isAlone) Write(await pending.Dequeue());
            }

            while (pending.TryDequeue(out Task<IReadOnlyList<LabelRow>>? next)) Write(await next);
        }
        finally
        {
            // What is in work is finished, so that the journal shows an orderly end; nothing more begins.
            await end.CancelAsync();
            await Task.WhenAll((IEnumerable<Task>)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        void Write(IReadOnlyList<LabelRow> rows)
        {
            facts.BeginPicture();
            foreach (LabelRow row in rows) WriteRow(row);
            Progress();
        }

        void WriteRow(LabelRow row)
        {
            facts.Add(row);
            writer.Write(row);
        }

        async Task WriteFilmAsync(UnitPicture film)
        {
            facts.BeginPicture();
            attempt.Begin(film.Number);
            try
            {
                await foreach (LabelRow row in films.LabelAsync(film, cancellationToken))
                {
                    WriteRow(row);
                    Progress();
                }
            }
            catch (FFmpegEndedException)
            {
                if (StopSignal.IsComing(cancellationToken)) throw new OperationCanceledException(cancellationToken);
                tries.Add([film.Number]);
                throw;
            }

            attempt.End(film.Number);
        }
    }

    private IEnumerable<UnitPicture> Pictures(PlannedUnit unit) => new UnitReader(plan, store, pictures.Files).Read(unit);

    private async Task<IReadOnlyList<LabelRow>> LabelWhenFreeAsync(
        UnitPicture picture, IUnitTry attempt, CancellationToken cancellationToken)
    {
        try
        {
            await _free.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            picture.Room?.Dispose();
            throw;
        }

        try
        {
            attempt.Begin(picture.Number);
            using PictureTime time = new(request.MaxTime);
            using CancellationTokenRegistration stop = cancellationToken.Register(() => time.Shorten(StopGrace));
            Task<IReadOnlyList<LabelRow>> work = Task.Run(() => pictures.Label(picture, time), CancellationToken.None);
            try
            {
                return await WaitAsync(work, picture, time, cancellationToken);
            }
            catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && time.End.IsCancellationRequested))
            {
                // A decoder's thread is left to itself: nothing ends it from outside.
                picture.Room?.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
                string error = string.Create(
                    CultureInfo.InvariantCulture, $"{picture.Name}: took longer than {request.MaxTime.TotalSeconds:0.##} s");
                return [new LabelRow { File = picture.Name, Error = error }];
            }
        }
        finally
        {
            attempt.End(picture.Number);
            _free.Release();
        }
    }

    private static async Task<IReadOnlyList<LabelRow>> WaitAsync(
        Task<IReadOnlyList<LabelRow>> work, UnitPicture picture, PictureTime time, CancellationToken cancellationToken)
    {
        bool isObject = picture.Content is null && picture.Location is { } location && RemoteFile.IsObject(location);
        try
        {
            return await work.WaitAsync(time.End);
        }
        catch (OperationCanceledException) when (isObject && !work.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            return await work.WaitAsync(MaxWaitForStore, CancellationToken.None);
        }
    }
}
