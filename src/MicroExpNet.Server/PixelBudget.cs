using System.Threading.RateLimiting;

namespace MicroExpNet.Server;

/// <summary>
/// Lets pictures be decoded at once as long as there is memory for their pixels, in the order in which they come: a few large ones on many
/// workers would take more than a container has.
/// </summary>
internal sealed class PixelBudget : IDisposable
{
    // With the decoder's own memory: a progressive JPEG file of 49 million pixels takes 15 (measured).
    private const int BytesPerPixel = 16;

    // What is counted: permits are 32-bit numbers.
    private const int PixelsPerPermit = 1000;

    private readonly ConcurrencyLimiter _limiter;
    private readonly int _permits;

    /// <summary>Takes half of the memory that the process may have, or what one picture of the largest size takes.</summary>
    /// <param name="maxPixels">The most pixels of a picture.</param>
    public PixelBudget(long maxPixels)
        : this(maxPixels, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2)
    {
    }

    /// <summary>Takes an amount of memory, or what one picture of the largest size takes.</summary>
    /// <param name="maxPixels">The most pixels of a picture.</param>
    /// <param name="bytes">The memory.</param>
    public PixelBudget(long maxPixels, long bytes)
    {
        _permits = (int)Math.Clamp(Math.Max(maxPixels, bytes / BytesPerPixel) / PixelsPerPermit, 1, int.MaxValue);
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = _permits,
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    /// <summary>Waits until there is memory for a picture; disposing of what is returned gives it back.</summary>
    /// <param name="pixels">Its pixels.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async ValueTask<IDisposable> ReserveAsync(long pixels, CancellationToken cancellationToken) =>
        await _limiter.AcquireAsync((int)Math.Min(pixels / PixelsPerPermit, _permits), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _limiter.Dispose();
}
