using System.Runtime.InteropServices;
using MicroExpNet.Cli;

// First of all: whether the streams are open shows only while nothing else was opened.
Terminal terminal = Terminal.OfThisProcess();
using CancellationTokenSource interrupted = new();

// The first signal asks for a clean stop; with it spent, a second one ends the process at once.
void Interrupt(PosixSignalContext signal)
{
    if (interrupted.IsCancellationRequested) return;
    signal.Cancel = true;
    terminal.IsTerminated = signal.Signal == PosixSignal.SIGTERM;
    interrupted.Cancel();
}

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
return await CommandLine.RunAsync(args, terminal, interrupted.Token);
