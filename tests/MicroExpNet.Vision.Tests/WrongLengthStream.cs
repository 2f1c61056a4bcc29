namespace MicroExpNet.Vision.Tests;

/// <summary>A stream whose length is not what it says, as a file's that is being written, or one of <c>/proc</c>.</summary>
internal sealed class WrongLengthStream(byte[] content, long length) : MemoryStream(content)
{
    public override long Length => length;
}
