namespace MicroExpNet.Training;

/// <summary>Passes reports on at once, on the thread that makes them; <see cref="Progress{T}"/> would queue them.</summary>
/// <param name="report">Receives each report.</param>
internal sealed class CallbackProgress<T>(Action<T> report) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => report(value);
}
