using Amazon.S3.Model;

namespace MicroExpNet.Cli.Label;

/// <summary>An object as a stream that can seek: it is read in blocks, so a connection that breaks costs one block.</summary>
/// <param name="location">Its URL.</param>
/// <param name="length">Its length in bytes.</param>
internal sealed class S3Stream(string location, long length) : Stream
{
    private const int BlockBytes = 4 << 20;

    private readonly byte[] _block = new byte[(int)Math.Min(BlockBytes, length)];
    private long _start;
    private int _count;
    private long _position;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new IOException("a place before the start");
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || _position >= length) return 0;
        if (_position < _start || _position >= _start + _count) Load();
        int from = (int)(_position - _start), count = Math.Min(buffer.Length, _count - from);
        _block.AsSpan(from, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => length,
    };

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is written.
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // Blocks lie at multiples of their size: archives are read forwards, tables from their ends.
    private void Load()
    {
        long start = _position / _block.Length * _block.Length;
        int count = (int)Math.Min(_block.Length, length - start);
        (string bucket, string key) = S3.Split(location);
        _count = 0;
        S3.TryRead(location, () =>
        {
            GetObjectRequest request = new() { BucketName = bucket, Key = key, ByteRange = new ByteRange(start, start + count - 1) };
            S3Body.ReadRange(request, _block.AsMemory(0, count));
            return count;
        });
        (_start, _count) = (start, count);
    }
}
