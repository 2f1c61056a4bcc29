using BenchmarkDotNet.Running;
using MicroExpNet.Benchmarks;

// Without arguments: the paired comparison, two minutes. `training`: training's speed. Else BenchmarkDotNet's own, e.g. --filter '*'.
if (args is ["training"]) TrainingSpeed.Run(Console.Out);
else if (args.Length > 0) BenchmarkSwitcher.FromAssembly(typeof(PairedComparison).Assembly).Run(args);
else PairedComparison.Run(Console.Out);
