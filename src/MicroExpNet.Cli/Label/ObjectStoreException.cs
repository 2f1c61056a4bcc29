namespace MicroExpNet.Cli.Label;

/// <summary>An object store refuses a request: what it says is wrong with the object, the bucket or the right to them.</summary>
/// <param name="message">What is wrong, without the object's name.</param>
/// <param name="cause">The answer.</param>
internal sealed class ObjectStoreException(string message, Exception cause) : IOException(message, cause);
