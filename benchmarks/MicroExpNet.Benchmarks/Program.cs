using BenchmarkDotNet.Running;
using MicroExpNet.Benchmarks;

// Without arguments: the paired comparison, two minutes. `training`: training's speed. `detection PHOTO [SET…] [--model FILE]`: finding faces.
// `crops FACES [--model FILE]`: the recogniser on faces as each detector cuts them. Else BenchmarkDotNet's own, e.g. --filter '*'.
if (args is ["training"])
{
    TrainingSpeed.Run(Console.Out);
}
else if (args is ["detection", string photo, .. string[] rest])
{
    int option = Array.IndexOf(rest, "--model");
    DetectionSpeed.Run(Console.Out, photo, option < 0 ? rest : rest[..option], option < 0 ? null : rest[option + 1]);
}
else if (args is ["crops", string faces, .. string[] crops])
{
    CropAccuracy.Run(Console.Out, faces, crops is ["--model", string file] ? file : null);
}
else if (args.Length > 0)
{
    BenchmarkSwitcher.FromAssembly(typeof(PairedComparison).Assembly).Run(args);
}
else
{
    PairedComparison.Run(Console.Out);
}
