// One GET to one upstream, and whether its answer is a success: status 200, application/json, at most 1 MiB of valid JSON,
// with the required members. Whatever goes wrong becomes a failure with a message, never an exception, and says whether a retry can
// help.

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Unicode;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Relay;

/// <param name="Failure">Why it failed; null: it succeeded.</param>
/// <param name="Headers">What may be passed on.</param>
internal sealed record UpstreamAnswer(string? Failure, ReadOnlyMemory<byte> Body, IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>Asking again would get the same: the question was refused, not unlucky.</summary>
    public bool IsFinal { get; init; }

    /// <summary>How long the upstream wants to be left alone (<c>Retry-After</c>), from when it answered.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static UpstreamAnswer Failed(string why) => new(why, default, []);
}

/// <summary>A pool of connections to one upstream.</summary>
internal sealed class UpstreamClient(Uri url, IReadOnlyList<string> required, TimeProvider time) : IDisposable
{
    const int MaxBody = 1 << 20;

    /// <summary>
    /// No other field is passed on: hop-by-hop fields must not be, cookies and the like were not meant for our client.
    /// </summary>
    static readonly string[] PassedOn = ["Cache-Control", "Content-Language", "Expires", "Last-Modified"];

    /// <summary>What says how long an answer stays fresh; without <c>Age</c> beside it, it would begin anew here.</summary>
    static readonly string[] Freshness = ["Cache-Control", "Expires"];

    static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1_000 };

    readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2), // so that a changed address is noticed
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        ActivityHeadersPropagator = null, // an attempt is our own span, not one of the handler's
        MaxConnectionsPerServer = 1_000,
        MaxResponseHeadersLength = 16, // KiB
        PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(new OneRequestStream(context.PlaintextStream)),
    });

    /// <param name="requestId">Sent along, so that the logs of both servers can be matched.</param>
    /// <param name="number">Which attempt it is, from 1.</param>
    /// <param name="cancellationToken">Abandons the attempt and its connection.</param>
    public async Task<UpstreamAnswer> GetAsync(string requestId, int number, CancellationToken cancellationToken)
    {
        using var span = new ClientSpan(url, number);
        try
        {
            var answer = await SendAsync(requestId, span, cancellationToken);
            if (answer.Failure is { } failure) span.Failed(failure);
            return answer;
        }
        catch (OperationCanceledException)
        {
            span.GivenUp();
            throw;
        }
    }

    public void Dispose() => http.Dispose();

    async Task<UpstreamAnswer> SendAsync(string requestId, ClientSpan span, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("Accept", "application/json");
        request.Headers.Add("User-Agent", "TinyGrepServer");
        request.Headers.TryAddWithoutValidation("X-Request-Id", requestId);
        foreach (var (name, value) in span.Fields) request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            span.Answered((int)response.StatusCode);
            return await JudgeAsync(response, cancellationToken);
        }
        catch (HttpRequestException failed)
        {
            return UpstreamAnswer.Failed(Words(failed));
        }
        catch (IOException failed) // in mid-body; HttpIOException says how
        {
            return UpstreamAnswer.Failed(Cut(failed));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return UpstreamAnswer.Failed("no connection within 5 s");
        }
    }

    async Task<UpstreamAnswer> JudgeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK) return Refused(response);
        var type = response.Content.Headers.ContentType?.MediaType;
        if (!"application/json".Equals(type, StringComparison.OrdinalIgnoreCase))
            return UpstreamAnswer.Failed(type is null ? "no media type" : $"media type {Printable.Excerpt(type, 64)}");
        return await ReadAsync(response.Content, cancellationToken) is { } read && ByteOrderMark.Skip(read) is var body
            ? new UpstreamAnswer(WrongWith(body), body, Headers(response))
            : UpstreamAnswer.Failed("a body over 1 MiB");
    }

    /// <summary>A server's own trouble may pass, and so may a lack of time or turns; any other refusal was meant.</summary>
    UpstreamAnswer Refused(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        return UpstreamAnswer.Failed($"status {status}") with
        {
            IsFinal = status is not (408 or 429 or >= 500),
            RetryAfter = response.Headers.RetryAfter switch
            {
                { Delta: { } delta } => delta,
                { Date: { } date } => date - time.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero,
                _ => null,
            },
        };
    }

    /// <summary>The whole body; null where it is too large.</summary>
    static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > MaxBody) return null;
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[4 << 10]; // it grows with what arrives, whatever was announced
        var length = 0;
        while (await stream.ReadAsync(buffer.AsMemory(length), cancellationToken) is var read and > 0)
        {
            length += read;
            if (length > MaxBody) return null;
            if (length == buffer.Length) Array.Resize(ref buffer, Math.Min(2 * length, MaxBody + 1));
        }
        return buffer.AsMemory(0, length);
    }

    string? WrongWith(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty) return "an empty body";
        if (!Utf8.IsValid(body.Span)) return "a body that is not UTF-8";
        try
        {
            using var document = JsonDocument.Parse(body, Deep);
            var root = document.RootElement;
            var missing = required.FirstOrDefault(name => root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out _));
            return missing is null ? null : $"no member '{missing}'";
        }
        catch (JsonException)
        {
            return "a body that is not JSON";
        }
    }

    /// <summary>Fields that <c>Connection</c> names are hop-by-hop, too (RFC 9110, section 7.6.1).</summary>
    static List<(string, string)> Headers(HttpResponseMessage response)
    {
        List<(string, string)> headers = [];
        foreach (var name in PassedOn.Except(response.Headers.Connection, StringComparer.OrdinalIgnoreCase))
        {
            if (!response.Headers.NonValidated.TryGetValues(name, out var values)
                && !response.Content.Headers.NonValidated.TryGetValues(name, out values)) continue;
            var value = string.Join(", ", values);
            if (value.Length <= 1_024 && value.All(letter => letter is >= ' ' and <= '~')) headers.Add((name, value));
        }
        if (response.Headers.Age is { } age && headers.Exists(field => Freshness.Contains(field.Item1)))
            headers.Add(("Age", ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture)));
        return headers;
    }

    static string Words(HttpRequestException failed) => failed.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "its name is unknown",
        HttpRequestError.SecureConnectionError => "no TLS connection",
        HttpRequestError.ConnectionError
            when failed.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        HttpRequestError.ConnectionError => "no connection",
        HttpRequestError.ConfigurationLimitExceeded => "a header over 16 KiB",
        HttpRequestError.InvalidResponse => "an answer that is not HTTP",
        _ => Cut(failed.InnerException),
    };

    static string Cut(Exception? failed) =>
        failed is HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } ? "an answer that is not HTTP"
        : failed?.InnerException is SocketException || failed is SocketException ? "connection reset"
        : "an answer that was cut";
}
