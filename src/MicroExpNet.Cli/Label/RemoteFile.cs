namespace MicroExpNet.Cli.Label;

/// <summary>A file of an object store.</summary>
/// <param name="Location">Its URL.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Version">Changes with its content.</param>
internal readonly record struct RemoteFile(string Location, long Length, string Version)
{
    /// <summary>Whether a source or output is a URL.</summary>
    /// <param name="location">The source or output.</param>
    public static bool IsUrl(string location) =>
        location.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || location.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || IsObject(location);

    /// <summary>Whether a source or output is in an object store.</summary>
    /// <param name="location">The source or output.</param>
    public static bool IsObject(string location) => location.StartsWith("s3://", StringComparison.OrdinalIgnoreCase);
}
