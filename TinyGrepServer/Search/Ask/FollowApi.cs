// GET /api/v1/follow: lines that match, as they are written, as Server-Sent Events or as NDJSON.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class FollowApi(Follows follows, SearchSettings settings)
{
    const string Events = "text/event-stream";
    const string Ndjson = "application/x-ndjson";
    const string LastEventId = "Last-Event-ID";

    static readonly string[] Choosing = ["dictionary", .. SearchRequest.OfLines];

    static readonly Parameter[] Parameters =
    [
        .. SearchRequest.Parameters.Where(parameter => Choosing.Contains(parameter.Name)),
        new("last", "How many earlier matches to send first, 0..1,000. Default 0.", "integer", Min: 0, Max: Follows.MaxLast),
        new("cursor", "The id of the last event received: continues after it, without loss or repetition."),
    ];

    public Route Route => new("GET", "/api/v1/follow", FollowAsync)
    {
        Group = "Search",
        Chapter = "docs/inside/patterns.md",
        Summary = "Follow dictionaries: every new line that matches, as it is written, across rotation and restarts.",
        Parameters = [.. Parameters, new Parameter(LastEventId, "The same as cursor; browsers send it.", IsHeader: true)],
        ReplyType = SearchJson.Plain.FollowReply,
        ReplyContentTypes = [Events, Ndjson],
        Statuses = [200, 403, 404],
        Deadline = settings.RequestTimeout,
        ServedWhileDraining = true, // to be told so: a browser never comes back after a 503
        Example = "-sN -m 1 '{url}/api/v1/follow?q=cache&last=2' || true",
    };

    async Task<Reply> FollowAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var given = QueryParameters.Read(exchange.Query, Parameters);
        var query = SearchRequest.FromQuery([.. exchange.Query.Where(parameter => Choosing.Contains(parameter.Name))]).ToQuery();
        var last = given.Integer("last", 0, Follows.MaxLast) ?? 0;
        var cursor = exchange.Header(LastEventId) ?? given.Text("cursor");
        var isEvents = ContentNegotiation.MediaType(exchange.Header("Accept"), Events, Ndjson) == Events;
        var reply = new Reply
        {
            ContentType = isEvents ? Events : Ndjson,
            Headers = [("Cache-Control", "no-store"), ("Vary", "Accept"), ("X-Accel-Buffering", "no")],
            IsLive = true,
        };
        if (exchange.Method == "HEAD") return reply with { Stream = static (_, _) => Task.CompletedTask };
        var follow = await follows.BeginAsync(query, cursor, last, $"{exchange.CountedAddress}", cancellationToken);
        return reply with
        {
            Stream = (output, stopping) => WriteAsync(follow.ToldAsync(stopping), isEvents, output, follow.Cut, stopping),
            Owner = follow,
        };
    }

    /// <summary>Writes what a follower is told.</summary>
    /// <param name="cut">Cancelled when it is not waited for any longer.</param>
    /// <exception cref="ClientGoneException">It was let go: nobody is to blame but itself.</exception>
    internal static async Task WriteAsync(
        IAsyncEnumerable<FollowEvent> events, bool isEvents, Stream output, CancellationToken cut, CancellationToken stopping)
    {
        try
        {
            await foreach (var told in events)
            {
                var written = output.WriteAsync(isEvents ? told.AsEvent : told.AsLine, stopping);
                if (written.IsCompleted) await written;
                else await written.AsTask().WaitAsync(cut);
            }
        }
        catch (Exception slow) when (slow is TooSlowException || cut.IsCancellationRequested)
        {
            throw new ClientGoneException(slow);
        }
    }
}
