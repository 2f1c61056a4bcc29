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
        string? given = context.Request.Headers[Header].ToString() is { Length: > 0 } key ? key : null;
        if (given is null && context.Request.Headers.Authorization.ToString() is { } authorization
            && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            given = authorization[Scheme.Length..].Trim();
        }

        // Hashes have one length, and comparing them takes the same time wherever they differ.
        if (given is not null && CryptographicOperations.FixedTimeEquals(Hash(given), _hash)) return;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        throw new RequestFailure(
            StatusCodes.Status401Unauthorized,
            given is null ? $"no key was sent; expected Authorization: Bearer KEY or {Header}: KEY" : "the key is wrong")
        {
            ClosesConnection = true,
        };
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
