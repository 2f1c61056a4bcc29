namespace MicroExpNet.Cli.Bench;

/// <summary>The recogniser on crops.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="Batch">Crops a call.</param>
/// <param name="Threads">Threads that call at once.</param>
/// <param name="Cold">Whether 3 MB of other memory were read and written before each call.</param>
/// <param name="Own">This library; crops a second, milliseconds a call.</param>
/// <param name="Peer">ONNX Runtime in the same rounds; null where it is not installed or cannot run the model.</param>
/// <param name="TimesAsFast">The median over the rounds of ONNX Runtime's median time over this library's.</param>
internal sealed record KernelRow(string Network, int Batch, int Threads, bool Cold, Timing Own, Timing? Peer, double? TimesAsFast);
