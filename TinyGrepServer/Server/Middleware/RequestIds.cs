// Gives each request the id that the client and the log both see.

using System.Security.Cryptography;

namespace TinyGrepServer.Server;

internal static class RequestIds
{
    const int MaxLength = 128;

    public static Handler Add(Handler next) => (exchange, cancellationToken) =>
    {
        var given = exchange.Header("X-Request-Id");
        exchange.RequestId = given is not null && IsDecent(given) ? given : RandomNumberGenerator.GetHexString(16, lowercase: true);
        return next(exchange, cancellationToken);
    };

    /// <summary>An id goes into logs and headers: letters, digits and a few marks only.</summary>
    static bool IsDecent(string id) => id.Length is > 0 and <= MaxLength && id.All(IsDecent);

    static bool IsDecent(char letter) => char.IsAsciiLetterOrDigit(letter) || "-_.:/+=".Contains(letter, StringComparison.Ordinal);
}
