using System.CommandLine;
using MicroExpNet.Fuzz;
using MicroExpNet.Inference.Memory;

Option<double> minutes = new("--minutes") { Description = "How long to try inputs.", DefaultValueFactory = _ => 1 };
Option<int> seed = new("--seed") { Description = "Decides all inputs.", DefaultValueFactory = _ => 1 };
Option<long> from = new("--from") { Description = "The number of the first input." };
Option<long> count = new("--count") { Description = "The most inputs to try.", DefaultValueFactory = _ => long.MaxValue };
Option<string?> only = new("--target") { Description = "One kind of input: models, graphs, checkpoints, pictures, data or keras." };
Option<bool> breakOut = new("--write-outside") { Description = "Write past a block of memory, which guard pages must stop." };
RootCommand command = new("Tries damaged and hostile models, graphs, checkpoints, pictures, data sets and models of Keras.")
{
    minutes, seed, from, count, only, breakOut,
};
command.SetAction(result =>
{
    if (result.GetValue(breakOut))
    {
        WriteOutside();
        return 0;
    }

    using Checkpoints checkpoints = new();
    using DataSets dataSets = new();
    using KerasModels keras = new();
    FuzzTarget[] all = [new ModelFiles(Path.Combine(Repository(), "models")), new Graphs(), checkpoints, new Pictures(), dataSets, keras];
    FuzzTarget[] targets = result.GetValue(only) is { } name ? [.. all.Where(target => target.Name == name)] : all;
    if (targets.Length == 0)
    {
        string names = string.Join(", ", all.Select(target => target.Name));
        Console.Error.WriteLine($"no target is called '{result.GetValue(only)}'; expected one of {names}");
        return 2;
    }

    FuzzRun run = new(targets, result.GetValue(seed), Path.Combine(Repository(), "artifacts", "fuzz"));
    return run.Run(TimeSpan.FromMinutes(result.GetValue(minutes)), result.GetValue(from), result.GetValue(count)) == 0 ? 0 : 1;
});
return command.Parse(args).Invoke();

static unsafe void WriteOutside()
{
    AlignedMemory<float> memory = new(100);
    memory.Pointer[112] = 1;
    GC.KeepAlive(memory);
}

static string Repository()
{
    DirectoryInfo? folder = new(AppContext.BaseDirectory);
    while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MicroExpNet.slnx"))) folder = folder.Parent;
    return folder?.FullName ?? throw new InvalidOperationException("the program must run from inside the repository");
}
