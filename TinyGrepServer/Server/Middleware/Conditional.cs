// Conditional requests and ranges (RFC 9110, sections 13 and 14), for every route whose reply has an entity tag or a date: a
// handler gives the whole representation with its validators, and here it becomes 304, 412, 206 or 416. A handler that can
// save work calls Exchange.KnownTag first. Several ranges at once get the whole body, which the RFC allows.

namespace TinyGrepServer.Server;

internal static class Conditional
{
    /// <summary>What a 304 repeats of the 200 (section 15.4.5).</summary>
    static readonly string[] Repeated = ["Cache-Control", "Content-Location", "ETag", "Expires", "Vary"];

    public static Handler Apply(Handler next) => async (exchange, cancellationToken) =>
    {
        var reply = await next(exchange, cancellationToken);
        if (reply.Status != 200 || exchange.Method is not ("GET" or "HEAD" or "QUERY")) return reply;
        try
        {
            return await AnswerAsync(exchange, WithPastDate(exchange, reply));
        }
        catch (ApiError)
        {
            await ReleaseAsync(reply);
            throw;
        }
    };

    static async Task<Reply> AnswerAsync(Exchange exchange, Reply reply)
    {
        var (tag, modified) = (Field(reply, "ETag"), HttpDate.Parse(Field(reply, "Last-Modified")));
        if (tag is null && modified is null) return reply;
        switch (Preconditions.Evaluate(exchange, tag is null ? [] : ContentCoding.Tags(tag), modified))
        {
            case Precondition.Failed:
                throw Refusal(tag);
            case Precondition.NotModified:
                await ReleaseAsync(reply);
                return NotModified(exchange, reply, tag);
            default:
                return Ranged(exchange, reply, tag, modified);
        }
    }

    /// <summary>A date of the future would be no date of the past to a cache: the reply's own is sent (section 8.8.2.1).</summary>
    static Reply WithPastDate(Exchange exchange, Reply reply)
    {
        const string Name = "Last-Modified";
        var now = exchange.Time.GetUtcNow();
        if (!(HttpDate.Parse(Field(reply, Name)) > now)) return reply;
        return reply with { Headers = [.. reply.Headers.Where(field => !Is(field, Name)), (Name, HttpDate.Format(now))] };
    }

    static ApiError Refusal(string? tag)
    {
        const string Detail = "If-Match or If-Unmodified-Since does not hold: this is another version";
        return tag is null
            ? new ApiError(412, $"{Detail}.")
            : new ApiError(412, $"{Detail}, its ETag is {tag}.", ("ETag", tag));
    }

    /// <summary>The tag is one that the client named; the length is that of the 200, where it is known without making it.</summary>
    static Reply NotModified(Exchange exchange, Reply reply, string? tag)
    {
        var coding = Compression.CodingOf(exchange, reply);
        string[] tags = tag is null ? [] : [ContentCoding.Tag(tag, coding), .. ContentCoding.Tags(tag)];
        var known = EntityTags.Find(exchange.Header("If-None-Match"), weakly: true, tags) ?? tags.FirstOrDefault();
        List<(string, string)> headers = [];
        foreach (var field in WithVary(exchange, reply).Headers)
        {
            if (Is(field, "ETag")) headers.Add(("ETag", known!));
            else if (Repeated.Any(name => Is(field, name)) || (tag is null && Is(field, "Last-Modified"))) headers.Add(field);
        }
        return new Reply
        {
            Status = 304,
            Headers = headers,
            StreamLength = coding is null ? LengthOf(reply) : reply.Forms?.LengthOf(coding),
        };
    }

    /// <summary>The part that is asked for; the whole where none is, or where it cannot be given.</summary>
    static Reply Ranged(Exchange exchange, Reply reply, string? tag, DateTimeOffset? modified)
    {
        if (exchange.Method == "QUERY" || LengthOf(reply) is not { } total || !CanBeCut(reply)) return reply;
        var whole = reply.Headers.Any(field => Is(field, "Accept-Ranges")) ? reply : reply.With("Accept-Ranges", "bytes");
        if (exchange.Method == "HEAD" || exchange.Header("Range") is not { } range) return whole;
        if (Compression.CodingOf(exchange, reply) is not null && Compression.IsWanted(exchange)) return whole; // a part goes out as it is
        if (!Preconditions.AllowRange(exchange, tag, modified)) return whole;
        return ByteRange.Parse(range, total) is { } part ? Cut(WithVary(exchange, whole), part, total) : whole;
    }

    static bool CanBeCut(Reply reply) => (reply.Stream is null || reply.StreamPart is not null)
        && !reply.Headers.Any(field => Is(field, "Content-Encoding"));

    static Reply Cut(Reply whole, ByteRange part, long total) => whole with
    {
        Status = 206,
        Headers = [.. whole.Headers, ("Content-Range", $"bytes {part.First}-{part.First + part.Length - 1}/{total}")],
        Body = whole.Stream is null ? whole.Body.Slice((int)part.First, (int)part.Length) : default,
        Stream = whole.Stream is null ? null : whole.StreamPart!(part.First, part.Length),
        StreamLength = whole.Stream is null ? null : part.Length,
        Forms = null,
    };

    /// <summary>As the 200 would have it: Compression adds the field there, and looks at no part and no 304.</summary>
    static Reply WithVary(Exchange exchange, Reply reply) =>
        Compression.Varies(exchange, reply) ? reply.With("Vary", "Accept-Encoding") : reply;

    static long? LengthOf(Reply reply) => reply.Stream is null ? reply.Body.Length : reply.StreamLength;

    static string? Field(Reply reply, string name) => reply.Headers.FirstOrDefault(field => Is(field, name)).Value;

    static bool Is((string Name, string Value) field, string name) => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    static ValueTask ReleaseAsync(Reply reply) => reply.Owner?.DisposeAsync() ?? ValueTask.CompletedTask;
}
