// The conditions of a request, in the order of RFC 9110, section 13.2.2, for reads and for changes alike: If-Match, or else
// If-Unmodified-Since; then If-None-Match, or else If-Modified-Since. If-Range comes last, where a range is asked for.

namespace TinyGrepServer.Server;

/// <summary>What the conditions of a request come to.</summary>
internal enum Precondition
{
    /// <summary>It is to be answered as if there were none.</summary>
    Met,

    /// <summary>412: what there is, is not what the client means.</summary>
    Failed,

    /// <summary>304: the client has it already.</summary>
    NotModified,
}

internal static class Preconditions
{
    /// <summary>Evaluates them against what there is.</summary>
    /// <param name="tags">The entity tags that stand for it; empty where it has none.</param>
    /// <param name="modified">Its Last-Modified, or null.</param>
    public static Precondition Evaluate(Exchange exchange, ReadOnlySpan<string> tags, DateTimeOffset? modified)
    {
        if (exchange.Header("If-Match") is { } meant)
        {
            if (!Holds(meant, weakly: false, tags)) return Precondition.Failed;
        }
        else if (HttpDate.Parse(exchange.Header("If-Unmodified-Since")) < modified)
        {
            return Precondition.Failed;
        }
        if (exchange.Header("If-None-Match") is { } known)
        {
            if (!Holds(known, weakly: true, tags)) return Precondition.Met;
            return exchange.Method is "GET" or "HEAD" or "QUERY" ? Precondition.NotModified : Precondition.Failed;
        }
        return exchange.Method is "GET" or "HEAD" && HttpDate.Parse(exchange.Header("If-Modified-Since")) >= modified
            ? Precondition.NotModified
            : Precondition.Met;
    }

    /// <summary>
    /// Whether the client's part belongs to what there is (section 13.1.5). A date counts only where it is exact and old enough that
    /// what there is cannot have changed a second time within that second (section 8.8.2.2).
    /// </summary>
    /// <param name="tag">The tag of the bytes that a range would be taken of.</param>
    public static bool AllowRange(Exchange exchange, string? tag, DateTimeOffset? modified)
    {
        if (exchange.Header("If-Range") is not { } condition) return true;
        if (condition.Contains('"', StringComparison.Ordinal)) return tag is not null && EntityTags.AreEqual(condition, tag, weakly: false);
        return HttpDate.Parse(condition) is { } date && date == modified && exchange.Time.GetUtcNow() - date > TimeSpan.FromSeconds(1);
    }

    /// <summary><c>*</c> holds for whatever there is, with a tag or without.</summary>
    static bool Holds(string list, bool weakly, ReadOnlySpan<string> tags) =>
        EntityTags.IsAny(list) || EntityTags.Find(list, weakly, tags) is not null;
}
