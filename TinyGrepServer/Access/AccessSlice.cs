// POST /api/token: a name and a password for a token. Wrong password and unknown user get the same answer in the same time.

using System.Diagnostics.Metrics;
using System.Text.Json.Serialization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Access;

/// <summary>What a client sends for a token.</summary>
internal sealed record TokenRequest
{
    /// <summary>The user's name.</summary>
    [JsonPropertyName("user")] public required string User { get; init; }

    /// <summary>The password; not needed with <c>--open-tokens</c>.</summary>
    [JsonPropertyName("password")] public string? Password { get; init; }
}

/// <summary>What a client gets.</summary>
/// <param name="Token">For <c>Authorization: Bearer TOKEN</c>.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">How long it is valid, in seconds.</param>
internal sealed record TokenReply(
    [property: JsonPropertyName("token")] string Token,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] int ExpiresIn);

internal sealed class AccessSlice : ISlice, IDisposable
{
    readonly Accounts accounts;
    readonly Tokens tokens;
    readonly RateLimits limits;
    readonly Passwords passwords = new();
    readonly FailedLogins failures;
    readonly bool open;

    public AccessSlice(AccessSettings settings, SigningKeys keys, Accounts accounts, Meter meter, TimeProvider time)
    {
        this.accounts = accounts;
        open = settings.OpenTokens;
        tokens = new Tokens(keys, settings.TokenLifetime, time);
        var tables = new TableMetrics(meter);
        limits = new RateLimits(settings, meter, tables);
        failures = new FailedLogins(tables, time);
        Guard = new Guard(tokens, limits);
    }

    /// <summary>Stands before every route.</summary>
    public Guard Guard { get; }

    public string Name => "access";

    /// <summary>A client without a token gets one here.</summary>
    public bool Protectable => false;

    public IReadOnlyList<Route> Routes =>
    [
        new("POST", "/api/token", IssueAsync)
        {
            Group = "Access",
            Chapter = "docs/inside/bounds.md",
            Summary = "A token for a user; 'expires_in' says for how many seconds it is valid.",
            RequestType = AccessJson.Default.TokenRequest,
            ReplyType = AccessJson.Default.TokenReply,
            AnyContentType = true,
            Statuses = [200, 401, 429],
            Parameters =
            [
                new("user", "The user's name, added with 'user add'.", Required: true),
                new("password", "The password. Not needed where the server runs with --open-tokens."),
            ],
            Example = """-s {url}/api/token -d '{"user":"ann","password":"…"}'""",
        },
    ];

    public void Dispose() => passwords.Dispose();

    async Task<Reply> IssueAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var body = await exchange.Body.ReadAsync(cancellationToken);
        var asked = body.IsEmpty && exchange.Query is [("user", var user)] // never a password: addresses end up in logs
            ? new TokenRequest { User = user }
            : StrictJson.Parse(body.Span, AccessJson.Default.TokenRequest);
        if (!Accounts.IsName(asked.User))
            throw ApiError.BadRequest($"'user' must be 1..{Accounts.MaxNameLength} letters, digits, '.', '_', '@' or '-'.");
        var caller = open
            ? new Caller(asked.User, MayWrite: true)
            : await LogInAsync(asked, exchange, cancellationToken);
        var issued = new TokenReply(tokens.Issue(caller), "Bearer", (int)tokens.Lifetime.TotalSeconds);
        return Reply.Json(issued, AccessJson.Default.TokenReply).With("Cache-Control", "no-store");
    }

    async Task<Caller> LogInAsync(TokenRequest asked, Exchange exchange, CancellationToken cancellationToken)
    {
        if (asked.Password is not { Length: <= Passwords.MaxLength } password)
            throw ApiError.BadRequest($"'password' must be a string of at most {Passwords.MaxLength} characters.");
        var known = await failures.TryAsync(
            asked.User,
            exchange.Forwarded.Network.ToString(),
            exchange.CountedAddress is not null,
            async () =>
            {
                var user = await accounts.FindAsync(asked.User, cancellationToken);
                return await passwords.IsRightAsync(password, user?.Password, cancellationToken) ? user : null;
            });
        if (known is not null) return known.Caller;
        throw new ApiError(401, "The user or the password is wrong.", ("WWW-Authenticate", "Bearer realm=\"tinygrepserver\""));
    }
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Strict)]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenReply))]
[JsonSerializable(typeof(TokenHeader))]
[JsonSerializable(typeof(TokenClaims))]
[JsonSerializable(typeof(SigningKey[]))]
internal sealed partial class AccessJson : JsonSerializerContext;
