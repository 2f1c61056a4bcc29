namespace MicroExpNet.Server.Host;

/// <summary>The command that pages and description show: it sends a picture with curl.</summary>
internal static class SampleCommand
{
    /// <summary>The command.</summary>
    /// <param name="service">The service's address as the client wrote it. One without a host, as HTTP 1.0 has, is the default one.</param>
    /// <param name="path">The path of the endpoint.</param>
    /// <param name="needsKey">Whether clients must send a key.</param>
    public static string Text(string? service, string path, bool needsKey)
    {
        string address = Uri.TryCreate(service, UriKind.Absolute, out _) ? service.TrimEnd('/') : $"http://{ListenAddress.Default}";
        return $"curl {(needsKey ? "-H 'Authorization: Bearer KEY' " : "")}--data-binary @photo.jpg {address}{path}";
    }
}
