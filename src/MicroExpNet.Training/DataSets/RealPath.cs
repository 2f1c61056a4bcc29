namespace MicroExpNet.Training.DataSets;

/// <summary>Paths without links.</summary>
internal static class RealPath
{
    // As many as Linux follows.
    private const int MaxLinks = 40;

    /// <summary>The absolute path of a file or folder, with every link on the way followed.</summary>
    /// <param name="path">A path; what it names need not be there.</param>
    /// <exception cref="IOException">The links form a loop.</exception>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path);
        string real = Path.GetPathRoot(full)!;
        Stack<string> rest = new(Names(full));
        int links = 0;
        while (rest.TryPop(out string? name))
        {
            string next = Path.Combine(real, name);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MaxLinks) throw new IOException($"{path}: its links form a loop");
            string linked = Path.GetFullPath(target, real);
            real = Path.GetPathRoot(linked)!;
            foreach (string part in Names(linked)) rest.Push(part);
        }

        return real;
    }

    // The names after the root, the last first.
    private static IEnumerable<string> Names(string path) =>
        path[Path.GetPathRoot(path)!.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse();
}
