using BenchmarkDotNet.Running;
using MicroExpNet.Benchmarks;
using MicroExpNet.Benchmarks.Browser;
using MicroExpNet.Benchmarks.Service;

// Without arguments: the paired comparison, seven minutes. `report FOLDER [PROCESSOR]`: the same, and its results as files named after the
// processor. `table FILE`: such a file as the README's table. `training`: training's speed. `detection PHOTO [SET…] [--model FILE]`:
// finding faces. `crops FACES [--model FILE]`: the recogniser on faces as each detector cuts them. `service MEXP MEXP_SERVER PHOTO`: the
// service beside mexp predict, and under load. `steadiness FOLDER`: how often a video's answers change, on photos as films.
// `moving PHOTOS`: whether a video's faces are faces. `browser WWWROOT PHOTO CHROMIUM`: the published page.
// Else BenchmarkDotNet's own, e.g. --filter '*'.
if (args is ["report", string folder, .. string[] processor])
{
    SpeedReport report = PairedComparison.Report(processor.FirstOrDefault(), PairedComparison.Run(Console.Out));
    report.Save(folder);
    Console.WriteLine($"\n{SpeedTable.Markdown(report)}\nwritten: {Path.Combine(folder, report.FileName)}.json and .md");
}
else if (args is ["table", string results])
{
    Console.Write(SpeedTable.Markdown(SpeedReport.Load(results)));
}
else if (args is ["training"])
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
else if (args is ["steadiness", string people])
{
    VideoSteadiness.Run(Console.Out, people);
}
else if (args is ["moving", string known])
{
    MovingPhotos.Run(Console.Out, known);
}
else if (args is ["service", string mexp, string server, string picture])
{
    await ServiceSpeed.RunAsync(Console.Out, mexp, server, picture);
}
else if (args is ["browser", string page, string face, string chromium])
{
    await BrowserSpeed.RunAsync(Console.Out, page, face, chromium);
}
else if (args.Length > 0)
{
    BenchmarkSwitcher.FromAssembly(typeof(PairedComparison).Assembly).Run(args);
}
else
{
    PairedComparison.Run(Console.Out);
}
