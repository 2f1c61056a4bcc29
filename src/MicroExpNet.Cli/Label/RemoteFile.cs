namespace MicroExpNet.Cli.Label;

/// <summary>A file of an object store.</summary>
/// <param name="Location">Its URL.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Version">Changes with its content.</param>
internal readonly record struct RemoteFile(string Location, long Length, string Version)
{
    private const string ObjectScheme = "s3://";

    /// <summary>Whether a source or output is a URL.</summary>
    /// <param name="location">The source or output.</param>
    public static bool IsUrl(string location) =>
        location.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || location.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || IsObject(location);

    /// <summary>Whether a source or output is in an object store.</summary>
    /// <param name="location">The source or output.</param>
    public static bool IsObject(string location) => location.StartsWith(ObjectScheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>A location in an object store with its scheme in lower case, as lists have it.</summary>
    /// <param name="location">The location.</param>
    public static string WithPlainScheme(string location) => ObjectScheme + location[ObjectScheme.Length..];
}
