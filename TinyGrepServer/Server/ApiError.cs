// The one way to refuse a request. A handler that cannot answer throws an ApiError; Errors turns it into the error body. Any other
// exception is a bug of the server: a 500 whose details stay in the log. Callers in process catch the same exceptions.

namespace TinyGrepServer.Server;

/// <summary>An expected refusal: what the client is told, and with which status.</summary>
/// <param name="status">The HTTP status code, 400..599.</param>
/// <param name="detail">One sentence for the client: what was wrong and what was expected.</param>
/// <param name="headers">Header fields that belong to the refusal, such as <c>Allow</c> or <c>Retry-After</c>.</param>
public sealed class ApiError(int status, string detail, params (string Name, string Value)[] headers) : Exception(detail)
{
    /// <summary>The HTTP status code of the reply.</summary>
    public int Status { get; } = status;

    /// <summary>One sentence: what was wrong and what was expected, as in the error body.</summary>
    public string Detail => Message;

    /// <summary>Header fields that go out with the error body.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; } = headers;

    /// <summary>400: the request itself is wrong.</summary>
    public static ApiError BadRequest(string detail) => new(400, detail);

    /// <summary>404: there is no such thing.</summary>
    public static ApiError NotFound(string detail) => new(404, detail);

    /// <summary>501: a service that this server was started without.</summary>
    internal static ApiError NotServed(string service) => new(501, $"This server was started without the service '{service}'.");

    /// <summary>503: not now; the client may try again after the given time.</summary>
    public static ApiError Unavailable(string detail, int retryAfterSeconds = 1) =>
        new(503, detail, ("Retry-After", retryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture)));
}
