using System.Runtime.InteropServices;
using MicroExpNet.Cli;

using CancellationTokenSource interrupted = new();

// The first signal asks for a clean stop; with it spent, a second one ends the process at once.
void Interrupt(PosixSignalContext signal)
{
    if (interrupted.IsCancellationRequested) return;
    signal.Cancel = true;
    interrupted.Cancel();
}

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
return await CommandLine.RunAsync(args, Terminal.OfThisProcess(), interrupted.Token);
