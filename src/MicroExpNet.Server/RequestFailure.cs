namespace MicroExpNet.Server;

/// <summary>Ends a request with a status and one line that says what is wrong and what would be right.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="detail">The line.</param>
internal sealed class RequestFailure(int status, string detail) : Exception(detail)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>When the client may come again; null for no advice.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether what the client still sends is not worth reading.</summary>
    public bool ClosesConnection { get; init; }
}
