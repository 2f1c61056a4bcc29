namespace MicroExpNet.Tests;

/// <summary>
/// Finds the reference data that lies beside the checkout, in <c>../shared</c>. A clone without it skips the tests that need it,
/// with the reason; on a machine that says <c>CI=true</c> its absence is a failure.
/// </summary>
internal static class ReferenceData
{
    private static readonly string? Root = Find();

    /// <summary>The full path of a file or folder of the reference data, e.g. <c>reference/forward_input_u8.npy</c>.</summary>
    public static string Path(string relative)
    {
        Requirement.Check(Root is not null, "the reference data (../shared beside the checkout) is not here");
        return System.IO.Path.Combine(Root!, relative);
    }

    /// <summary>A NumPy file of <c>reference/</c>.</summary>
    public static NumpyFile Numpy(string name) => NumpyFile.Load(Path(System.IO.Path.Combine("reference", name + ".npy")));

    /// <summary>The full path of a file of this repository, e.g. <c>samples/astronaut.png</c>.</summary>
    public static string Repository(string relative) => System.IO.Path.Combine(RepositoryRoot(), relative);

    private static string? Find()
    {
        string shared = System.IO.Path.Combine(RepositoryRoot(), "..", "shared");
        return Directory.Exists(System.IO.Path.Combine(shared, "reference")) ? System.IO.Path.GetFullPath(shared) : null;
    }

    // A deterministic build maps source paths, so the root is looked for from the test's own folder upwards.
    private static string RepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "MicroExpNet.slnx"))) return folder.FullName;
        }

        throw new InvalidOperationException("the tests must run from inside the repository");
    }
}
