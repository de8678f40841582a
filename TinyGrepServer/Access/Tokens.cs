// Who a request comes from: a signed token (JWT, RFC 7519) that this server or another with the same keys issued, so no server has to
// keep sessions. Whatever is wrong with a token, the answer is 401 and says what.

using System.Text.Json;
using System.Text.Json.Serialization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Access;

/// <summary>The caller, and what they may do.</summary>
/// <param name="Name">The user's name.</param>
/// <param name="MayWrite">False for users who may only read.</param>
/// <param name="IsAdmin">True for users who also see what belongs to others.</param>
internal sealed record Caller(string Name, bool MayWrite, bool IsAdmin = false)
{
    const string Write = " write";
    const string Admin = " admin";

    /// <summary>
    /// The rights as a token carries them: no request has to look up an account, and servers of several databases can share keys.
    /// </summary>
    public string Scope => $"read{(MayWrite ? Write : "")}{(IsAdmin ? Admin : "")}";

    /// <summary>What is not exactly a scope of ours gives the right to read, no more.</summary>
    public static Caller Of(string name, string scope)
    {
        Caller[] all = [new(name, true, true), new(name, true), new(name, false, true)];
        return all.FirstOrDefault(one => one.Scope == scope) ?? new Caller(name, false);
    }
}

internal sealed record TokenHeader(
    [property: JsonPropertyName("alg")] string Algorithm,
    [property: JsonPropertyName("typ")] string? Type,
    [property: JsonPropertyName("kid")] string? KeyId);

/// <summary>The claims, times in seconds since 1970.</summary>
internal sealed record TokenClaims(
    [property: JsonPropertyName("iss")] string Issuer,
    [property: JsonPropertyName("aud")] string Audience,
    [property: JsonPropertyName("sub")] string Subject,
    [property: JsonPropertyName("iat")] long IssuedAt,
    [property: JsonPropertyName("nbf")] long NotBefore,
    [property: JsonPropertyName("exp")] long Expires,
    [property: JsonPropertyName("jti")] string Id,
    [property: JsonPropertyName("scope")] string Scope);

internal sealed class Tokens(SigningKeys keys, TimeSpan lifetime, TimeProvider time)
{
    const string Name = "tinygrepserver"; // issuer and audience: we talk to ourselves
    const int ClockSkew = 5; // seconds by which the clocks of several servers may differ

    public TimeSpan Lifetime => lifetime;

    public string Issue(Caller caller)
    {
        var key = keys.Current;
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var (expires, id) = (now + (long)lifetime.TotalSeconds, Guid.NewGuid().ToString("N"));
        var claims = new TokenClaims(Name, Name, caller.Name, now, now, expires, id, caller.Scope);
        return JsonWebSignature.Sign(
            JsonSerializer.SerializeToUtf8Bytes(new TokenHeader("HS256", "JWT", key.Id), AccessJson.Default.TokenHeader),
            JsonSerializer.SerializeToUtf8Bytes(claims, AccessJson.Default.TokenClaims),
            key.Bytes);
    }

    /// <summary>Reads the field <c>Authorization: Bearer TOKEN</c>.</summary>
    /// <exception cref="ApiError">401 with <c>WWW-Authenticate</c> (RFC 6750).</exception>
    public Caller Verify(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            throw new ApiError(
                401,
                "This needs a token: Authorization: Bearer TOKEN. POST /api/token gives one.",
                ("WWW-Authenticate", "Bearer realm=\"tinygrepserver\""));
        }
        var token = authorization["Bearer ".Length..].Trim(' ');
        if (JsonWebSignature.Split(token) is not (var header, var payload, var signature))
            throw Refuse("it is not three parts in base64url");
        if (Parse(header, AccessJson.Default.TokenHeader) is not { Algorithm: "HS256", Type: null or "JWT", KeyId: { } keyId })
            throw Refuse("its header is not one of ours");
        if (keys.Find(keyId) is not { } key) throw Refuse("its key is not known");
        if (!JsonWebSignature.IsSignedWith(token, signature, key.Bytes)) throw Refuse("its signature is wrong");
        return Accept(Parse(payload, AccessJson.Default.TokenClaims) ?? throw Refuse("its claims are not ours"));
    }

    Caller Accept(TokenClaims claims)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (claims.Issuer != Name || claims.Audience != Name) throw Refuse("it was made by or for somebody else");
        if (claims.Expires <= now) throw Refuse("it has expired");
        if (claims.NotBefore > now + ClockSkew || claims.IssuedAt > now + ClockSkew) throw Refuse("it is not valid yet");
        if (claims.Subject.Length == 0) throw Refuse("it names no user");
        return Caller.Of(claims.Subject, claims.Scope);
    }

    static ApiError Refuse(string reason) => new(401, $"The token is not accepted: {reason}.",
        ("WWW-Authenticate", $"Bearer realm=\"tinygrepserver\", error=\"invalid_token\", error_description=\"{reason}\""));

    static T? Parse<T>(byte[] utf8, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
