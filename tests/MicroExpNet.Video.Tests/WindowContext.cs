using System.Collections.Concurrent;

namespace MicroExpNet.Video.Tests;

/// <summary>A window's thread: what awaits there goes on there, a message after the other.</summary>
internal sealed class WindowContext : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _messages = [];

    /// <summary>The messages that were pumped.</summary>
    public int Messages { get; private set; }

    /// <summary>Runs something to its end, on the calling thread.</summary>
    public void Run(Func<Task> action)
    {
        SynchronizationContext? before = Current;
        SetSynchronizationContext(this);
        try
        {
            Task task = action();
            task.ContinueWith(_ => _messages.CompleteAdding(), TaskScheduler.Default);
            foreach ((SendOrPostCallback callback, object? state) in _messages.GetConsumingEnumerable())
            {
                Messages++;
                callback(state);
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => _messages.Add((d, state));
}
