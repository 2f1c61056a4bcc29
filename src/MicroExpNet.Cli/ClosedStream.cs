namespace MicroExpNet.Cli;

/// <summary>Stands for a standard stream that is closed: every use of it throws an exception that says so.</summary>
/// <param name="message">What is said.</param>
internal sealed class ClosedStream(string message) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing was written.
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw Closed();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw Closed();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private IOException Closed() => new(message);
}
