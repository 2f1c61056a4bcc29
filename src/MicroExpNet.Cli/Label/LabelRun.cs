using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MicroExpNet.Models;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Label;

/// <summary>Carries out <c>mexp label</c>: the plan, then this worker's units.</summary>
internal static class LabelRun
{
    // An engine kills what has not ended 30 seconds after its signal.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(25);

    /// <summary>Labels this worker's units.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="cancellationToken">Asks for an early end; units that are done are kept.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="CommandException">A source, the model or the output cannot be used.</exception>
    public static async Task<int> RunAsync(LabelRequest request, Terminal terminal, CancellationToken cancellationToken)
    {
        (terminal.IsPreemptible, terminal.StopPatience) = (true, StopPatience);
        CheckRoot(request.Root);
        ILabelStore store = OpenStore(request.Output);
        FaceClassifier classifier = request.Classifier();
        UnitPlan plan = Plan(request, classifier, store, terminal);
        if (request.OnlyPlans) return await ReportAsync(request, plan, store, terminal, cancellationToken);
        HashSet<string> done = PartsOf(store);
        IFaceDetector? detector = request.Detector();
        try
        {
            PictureLabeler pictures = new(new PhotoClassifier(classifier, detector), request.Faces, request.Limits);
            long count = 0, start = Stopwatch.GetTimestamp();
            using UnitRun run = new(request, plan, store, pictures, new FilmLabeler(request))
            {
                Progress = () =>
                {
                    count++;
                    terminal.Status.Update(() => string.Create(
                        CultureInfo.InvariantCulture,
                        $"{count:N0} pictures, {count / Stopwatch.GetElapsedTime(start).TotalSeconds:N0} a second"));
                },
            };
            LabelWork work = new(request, plan, store, run, terminal);
            return request.Queue is { } queue
                ? await work.RunQueueAsync(queue, done, cancellationToken)
                : await work.RunShardAsync(done, cancellationToken);
        }
        finally
        {
            terminal.Status.Clear();
            (detector as IDisposable)?.Dispose();
        }
    }

    /// <summary>Opens an output.</summary>
    /// <param name="output">A folder, or a place in an object store.</param>
    /// <exception cref="CommandException">It is a file.</exception>
    public static ILabelStore OpenStore(string output) =>
        RemoteFile.IsObject(output) ? Remote.OpenStore(output)
        : File.Exists(output) ? throw new CommandException(ExitCode.WrongCommand, $"--output {output}: a file; expected a folder")
        : new FolderStore(output);

    /// <summary>The plan that an output was last worked on with.</summary>
    /// <param name="store">The output.</param>
    /// <exception cref="CommandException">There is none.</exception>
    public static UnitPlan CurrentPlan(ILabelStore store)
    {
        try
        {
            using Stream pointer = store.OpenRead(LabelFolders.CurrentPlan);
            using StreamReader reader = new(pointer);
            using Stream stream = store.OpenRead(UnitPlan.NameOf(reader.ReadToEnd().Trim()));
            return UnitPlan.Read(stream);
        }
        catch (FileNotFoundException)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{store.Name}: no run of 'mexp label' was started there");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{store.Name}: its plan cannot be read: {e.Message}");
        }
    }

    /// <summary>The names of the parts of an output.</summary>
    /// <param name="store">The output.</param>
    public static HashSet<string> PartsOf(ILabelStore store) => [.. store.List(PlannedUnit.PartPrefix).Select(part => part.Name)];

    private static void CheckRoot(string? root)
    {
        if (root is null || RemoteFile.IsUrl(root) || Directory.Exists(root)) return;
        throw new CommandException(
            ExitCode.WrongCommand, $"--root {root}: {(File.Exists(root) ? "a file; expected a folder" : "no such folder")}");
    }

    private static UnitPlan Plan(LabelRequest request, FaceClassifier classifier, ILabelStore store, Terminal terminal)
    {
        string model = DigestOf(classifier.Network.Model), key = Planner.KeyOf(request, model), name = UnitPlan.NameOf(key);
        try
        {
            store.RemoveLeftovers();
            bool isShared = request.Shard.Count > 1 || request.Queue is not null;
            UnitPlan? plan = null;
            if (!request.OnlyPlans && (isShared || Planner.IsFixed(request)) && store.Exists(name))
            {
                using Stream stream = store.OpenRead(name);
                plan = UnitPlan.Read(stream);
                if (!Planner.IsFixed(request))
                {
                    terminal.Say("the plan that is there is used; what has come to the sources since, --plan takes in");
                }
            }

            if (plan is null)
            {
                if (isShared && !request.OnlyPlans) TellOfOther(request, model, store, terminal);
                plan = Planner.Make(request, classifier.Labels, model, store, terminal.Say);
                Write(store, plan.Name, plan.Write);
            }

            if (!store.Exists(LabelFolders.CurrentPlan) || Current(store) != key)
            {
                Write(store, LabelFolders.CurrentPlan, stream => stream.Write(Encoding.UTF8.GetBytes(key)));
            }

            return plan;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.Failed(store.Name, e);
        }
        catch (FormatException e)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{store.Name}: {name}: {e.Message}; delete it");
        }
    }

    // A worker of many that was started otherwise than the others does not share their units.
    private static void TellOfOther(LabelRequest request, string model, ILabelStore store, Terminal terminal)
    {
        if (!store.Exists(LabelFolders.CurrentPlan)) return;
        UnitPlan other;
        try
        {
            other = CurrentPlan(store);
        }
        catch (CommandException)
        {
            // One that cannot be read is replaced.
            return;
        }

        string difference = other.ModelDigest != model ? $"another model ({other.Model})"
            : other.Options != request.Options ? $"other options ({(other.Options.Length == 0 ? "none" : other.Options)})"
            : other.Format != request.Format ? "another format"
            : "other sources, or another --unit, --column or --root";
        terminal.Say($"the plan that is there is for {difference}; this worker makes its own");
    }

    private static string Current(ILabelStore store)
    {
        using StreamReader reader = new(store.OpenRead(LabelFolders.CurrentPlan));
        return reader.ReadToEnd().Trim();
    }

    private static void Write(ILabelStore store, string name, Action<Stream> write)
    {
        using PendingFile file = store.Create("plan");
        using (BufferedStream buffered = new(file.Stream, 1 << 16))
        {
            write(buffered);
            buffered.Flush();
            file.Commit(name);
        }
    }

    // Over all that decides the classes' probabilities: weights, card, prior.
    private static string DigestOf(Model model)
    {
        using MemoryStream content = new();
        model.Save(content);
        return Convert.ToHexStringLower(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
    }

    // A person asks for another try.
    private static void ForgetGivenUp(UnitPlan plan, ILabelStore store)
    {
        HashSet<string> names = [.. store.List(LabelFolders.GivenUp).Select(file => file.Name)];
        foreach (PlannedUnit unit in plan.Units.Where(unit => names.Contains(LabelFolders.GivenUp + unit.Name))) store.ForgetTries(unit);
        foreach (string name in names) store.Delete(name);
    }

    private static async Task<int> ReportAsync(
        LabelRequest request, UnitPlan plan, ILabelStore store, Terminal terminal, CancellationToken cancellationToken)
    {
        ForgetGivenUp(plan, store);
        HashSet<string> parts = PartsOf(store);
        PlannedUnit[] open = [.. plan.Units.Where(unit => !parts.Contains(unit.PartName(plan.Format)))];
        if (request.Queue is { } queue) await Remote.PublishAsync(queue, plan, open, request.Lease, cancellationToken);
        long pictures = plan.Units.Sum(unit => unit.Pictures ?? 0);
        int archives = plan.Units.Count(unit => unit.Kind == UnitKind.Archive);
        terminal.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Units.Count:N0} units, {plan.Units.Count - open.Length:N0} of them done: {pictures:N0} pictures and films, " +
            $"{archives:N0} archives"));
        return ExitCode.Success;
    }
}
