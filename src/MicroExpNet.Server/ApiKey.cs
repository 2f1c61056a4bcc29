using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace MicroExpNet.Server;

/// <summary>Checks the key that a client sends.</summary>
internal sealed class ApiKey
{
    /// <summary>The header that a key may stand in, beside <c>Authorization</c>.</summary>
    public const string Header = "X-Api-Key";

    private const string Scheme = "Bearer ";

    private readonly byte[]? _hash;

    /// <summary>Requires a key.</summary>
    /// <param name="key">The key; null if clients need none.</param>
    public ApiKey(string? key) => _hash = key is null ? null : Hash(key);

    /// <summary>Throws if the client must send a key and sends none or a wrong one.</summary>
    /// <exception cref="RequestFailure">401.</exception>
    public void Check(HttpContext context)
    {
        if (_hash is null) return;
        string own = context.Request.Headers[Header].ToString(), authorization = context.Request.Headers.Authorization.ToString();
        bool hasScheme = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

        // Where a proxy sends a key of its own in the one, the other counts.
        if (own.Length > 0 && IsKey(own)) return;
        if (hasScheme && IsKey(authorization[Scheme.Length..].Trim())) return;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        throw new RequestFailure(
            StatusCodes.Status401Unauthorized,
            own.Length == 0 && !hasScheme ? $"no key was sent; expected Authorization: Bearer KEY or {Header}: KEY" : "the key is wrong")
        {
            ClosesConnection = true,
        };
    }

    // Hashes have one length, and comparing them takes the same time wherever they differ.
    private bool IsKey(string given) => CryptographicOperations.FixedTimeEquals(Hash(given), _hash);

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
