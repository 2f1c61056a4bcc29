using BenchmarkDotNet.Running;
using MicroExpNet.Benchmarks;

// Without arguments: the paired comparison, a minute. With arguments: BenchmarkDotNet's own, e.g. --filter '*'.
if (args.Length > 0) BenchmarkSwitcher.FromAssembly(typeof(PairedComparison).Assembly).Run(args);
else PairedComparison.Run(Console.Out);
