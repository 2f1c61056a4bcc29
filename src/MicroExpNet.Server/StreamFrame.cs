namespace MicroExpNet.Server;

/// <summary>A frame of a stream that waits to be recognised.</summary>
/// <param name="Number">Its number in the stream, from 1.</param>
/// <param name="Time">When it came, after the stream began.</param>
/// <param name="Message">What the client sent; disposed of by whoever takes the frame.</param>
internal sealed record StreamFrame(long Number, TimeSpan Time, ByteBuffer Message);
