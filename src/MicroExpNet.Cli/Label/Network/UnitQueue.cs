using System.Diagnostics;
using System.Globalization;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace MicroExpNet.Cli.Label;

/// <summary>
/// A plan's units in a work queue of NATS JetStream: published once, taken with a lease, acknowledged when the part is there, and given to
/// another worker where the lease ends.
/// </summary>
internal sealed class UnitQueue : IAsyncDisposable
{
    private const string Published = "published";
    private const string Workers = "workers";

    // Of the server's answers.
    private const int NotFound = 404, NameInUse = 10058, SubjectsOverlap = 10065;

    // A stream that another worker is making is not to be found and takes nothing for a moment: ten seconds on a server that is very busy.
    private const int Tries = 40;

    // A worker's own publishing may be repeated by another that starts at the same time.
    private static readonly TimeSpan DuplicateWindow = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    // A server that restarts does not answer for a moment.
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(10);

    private readonly NatsConnection _connection;
    private readonly NatsJSContext _context;
    private readonly string _name;
    private readonly TimeSpan _lease;
    private readonly Action<string> _say;
    private volatile bool _isEnding;
    private int _isLost;

    private UnitQueue(string url, string name, TimeSpan lease, Action<string> say)
    {
        _connection = Connection(url);
        _context = new NatsJSContext(_connection);
        (_name, _lease) = (name, lease);
        _say = line => say(Message.OneLine($"--queue {url}: {line}"));
    }

    /// <summary>Publishes a plan's units, and does no work.</summary>
    /// <param name="url">The server.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="open">The units that are not done.</param>
    /// <param name="lease">How long a worker may be silent.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    /// <exception cref="CommandException">The server cannot be reached, or refuses.</exception>
    public static Task PublishUnitsAsync(
        string url, UnitPlan plan, IReadOnlyList<PlannedUnit> open, TimeSpan lease, CancellationToken cancellationToken) =>
        TryAsync(url, async () =>
        {
            await using UnitQueue queue = new(url, NameOf(plan), lease, _ => { });
            INatsJSStream stream = await queue.OpenAsync(cancellationToken);
            await stream.PurgeAsync(new StreamPurgeRequest(), cancellationToken);
            await queue.PublishAsync(open, string.Create(CultureInfo.InvariantCulture, $"-{DateTime.UtcNow.Ticks}"), cancellationToken);
        });

    /// <summary>Takes units until the queue is empty and all that were taken are acknowledged.</summary>
    /// <param name="url">The server.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="open">The units that are not done; published where no worker has done so.</param>
    /// <param name="lease">How long a worker may be silent.</param>
    /// <param name="work">Does a unit.</param>
    /// <param name="say">Is told when the server is away, and when it is back.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    /// <exception cref="CommandException">The server cannot be reached, or refuses.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; the unit in work is back in the queue.</exception>
    public static Task TakeUnitsAsync(
        string url, UnitPlan plan, IReadOnlyList<PlannedUnit> open, TimeSpan lease, Func<PlannedUnit, Task> work, Action<string> say,
        CancellationToken cancellationToken) => TryAsync(url, async () =>
        {
            await using UnitQueue queue = new(url, NameOf(plan), lease, say);
            queue.Watch();
            INatsJSStream stream = await queue.OpenAsync(cancellationToken);
            if (stream.Info.Config.Description != Published) await queue.PublishAsync(open, "", cancellationToken);
            await queue.TakeAsync(plan, work, cancellationToken);
        });

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _isEnding = true;
        return _connection.DisposeAsync();
    }

    // A worker waits for a server that is away however long it takes, which must not look like work.
    private void Watch()
    {
        _connection.ConnectionDisconnected += (_, _) =>
        {
            SayAway();
            return default;
        };
        _connection.ConnectionOpened += (_, _) =>
        {
            SayBack();
            return default;
        };
    }

    private void SayAway()
    {
        if (!_isEnding && Interlocked.Exchange(ref _isLost, 1) == 0) _say("the server is away; waiting until it is back");
    }

    private void SayBack()
    {
        if (Interlocked.Exchange(ref _isLost, 0) != 0) _say("the server is back");
    }

    // A server that does not answer is waited for until this worker is to stop.
    private async Task<T> AskAsync<T>(Func<ValueTask<T>> request, CancellationToken stop)
    {
        for (long start = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                T answer = await request();
                if (_connection.ConnectionState == NatsConnectionState.Open) SayBack();
                return answer;
            }
            catch (NatsException e) when (
                e is NatsNoReplyException or NatsNoRespondersException or NatsJSApiNoResponseException or NatsJSTimeoutException)
            {
                if (Stopwatch.GetElapsedTime(start) > MaxSilence) SayAway();
            }

            await Task.Delay(Pause, stop);
        }
    }

    private static NatsConnection Connection(string url)
    {
        try
        {
            return new NatsConnection(new NatsOpts { Url = url, Name = "mexp label", MaxReconnectRetry = -1 });
        }
        catch (Exception e) when (e is ArgumentException or UriFormatException)
        {
            throw new CommandException(
                ExitCode.WrongCommand, Message.OneLine($"--queue {url}: not the address of a NATS server; expected nats://HOST:PORT"));
        }
    }

    private static string NameOf(UnitPlan plan) => $"mexp-label-{plan.Key}";

    private static async Task TryAsync(string url, Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception e) when (e is NatsException or TimeoutException)
        {
            throw new CommandException(ExitCode.WrongCommand, $"--queue {url}: {Message.OneLine(e.Message)}");
        }
    }

    private StreamConfig Describe(string? description) => new(_name, [_name])
    {
        Description = description,
        Retention = StreamConfigRetention.Workqueue,
        Storage = StreamConfigStorage.File,
        DuplicateWindow = DuplicateWindow,
    };

    private async Task<INatsJSStream> OpenAsync(CancellationToken cancellationToken)
    {
        await _connection.ConnectAsync();
        return await FindAsync(cancellationToken) ?? await CreateAsync(cancellationToken);
    }

    private async Task<INatsJSStream?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _context.GetStreamAsync(_name, cancellationToken: cancellationToken);
        }
        catch (NatsJSApiException e) when (e.Error.Code == NotFound)
        {
            return null;
        }
    }

    private async Task<INatsJSStream> CreateAsync(CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await _context.CreateStreamAsync(Describe(null), cancellationToken);
            }
            catch (NatsJSApiException e) when (e.Error.ErrCode is NameInUse or SubjectsOverlap)
            {
                // Another worker has made it since, and perhaps said already that its units are there; or is making it.
                if (await FindAsync(cancellationToken) is { } made) return made;
                if (attempt == Tries) throw;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async Task PublishAsync(IReadOnlyList<PlannedUnit> open, string edition, CancellationToken cancellationToken)
    {
        foreach (PlannedUnit unit in open)
        {
            NatsJSPubOpts options = new()
            {
                MsgId = unit.Name + edition,
                RetryAttempts = Tries,
                RetryWaitBetweenAttempts = Pause,
            };
            PubAckResponse answer = await _context.PublishAsync(
                _name, unit.Number.ToString(CultureInfo.InvariantCulture), opts: options, cancellationToken: cancellationToken);

            // One that another worker has published already is there.
            if (!answer.Duplicate) answer.EnsureSuccess();
        }

        // Said when all are there: a worker that ends before leaves it to the next.
        await _context.UpdateStreamAsync(Describe(Published), cancellationToken);
    }

    private async Task TakeAsync(UnitPlan plan, Func<PlannedUnit, Task> work, CancellationToken cancellationToken)
    {
        ConsumerConfig workers = new(Workers)
        {
            AckPolicy = ConsumerConfigAckPolicy.Explicit,
            AckWait = _lease,
            MaxAckPending = -1,
            MaxDeliver = -1,
        };
        INatsJSConsumer consumer = await AskAsync(
            () => _context.CreateOrUpdateConsumerAsync(_name, workers, cancellationToken), cancellationToken);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            INatsJSMsg<string>? message = await AskAsync(
                () => consumer.NextAsync<string>(opts: new NatsJSNextOpts { Expires = Wait }, cancellationToken: cancellationToken),
                cancellationToken);
            if (message is null)
            {
                await AskAsync(
                    async () =>
                    {
                        await consumer.RefreshAsync(cancellationToken);
                        return true;
                    },
                    cancellationToken);
                if (consumer.Info.NumPending == 0 && consumer.Info.NumAckPending == 0) return;
                continue;
            }

            if (!int.TryParse(message.Data, CultureInfo.InvariantCulture, out int number) || number < 0 || number >= plan.Units.Count)
            {
                await message.AckTerminateAsync(cancellationToken: cancellationToken);
                continue;
            }

            await WorkAsync(message, () => work(plan.Units[number]), cancellationToken);
        }
    }

    private async Task WorkAsync(INatsJSMsg<string> message, Func<Task> work, CancellationToken cancellationToken)
    {
        using CancellationTokenSource end = new();
        Task renewing = RenewAsync(message, end.Token);
        try
        {
            await work();
        }
        catch
        {
            // Another worker takes it at once.
            await message.NakAsync(cancellationToken: CancellationToken.None);
            throw;
        }
        finally
        {
            await end.CancelAsync();
            await renewing;
        }

        // The part is there: where the worker is to stop meanwhile, the next one finds it.
        await AskAsync(
            async () =>
            {
                await message.AckAsync(new AckOpts { DoubleAck = true }, CancellationToken.None);
                return true;
            },
            cancellationToken);
    }

    private async Task RenewAsync(INatsJSMsg<string> message, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_lease / 3, cancellationToken);
                await message.AckProgressAsync(cancellationToken: cancellationToken);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or NatsException)
        {
            // The end of the work; or the server is away, and the lease may end: then the unit is done twice, to one part.
        }
    }
}
