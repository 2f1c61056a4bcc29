namespace MicroExpNet.Server.Host;

/// <summary>Ends the start of the program with one line.</summary>
/// <param name="message">The line.</param>
internal sealed class StartException(string message) : Exception(message);
