// One line of the route table. Dispatch, the Allow header, metric labels, the instructions page and the API document
// are all made from it, so none of them can disagree with the others.

using System.Text.Json.Serialization.Metadata;

namespace TinyGrepServer.Server;

/// <summary>A method and a path pattern, the handler that answers them, and their description.</summary>
/// <param name="Method">The request method, in capitals. GET also answers HEAD.</param>
/// <param name="Pattern">The path: literal segments, <c>{name}</c> for one segment, <c>{*name}</c> for the rest.</param>
/// <param name="Handler">Answers the requests.</param>
public sealed record Route(string Method, string Pattern, Handler Handler)
{
    /// <summary>One sentence: what this route does.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The heading under which it is listed.</summary>
    public string Group { get; init; } = "";

    /// <summary>The parameters or body members it takes.</summary>
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    /// <summary>The JSON body it takes, if any, as a source-generated context knows it: <c>MyJson.Default.Question</c>.</summary>
    public JsonTypeInfo? RequestType { get; init; }

    /// <summary>The JSON body it answers with, if any, as a source-generated context knows it.</summary>
    public JsonTypeInfo? ReplyType { get; init; }

    /// <summary>JSON is accepted whatever the Content-Type says.</summary>
    public bool AnyContentType { get; init; }

    /// <summary>The body's members may come as query parameters instead.</summary>
    public bool BodyOrQuery { get; init; }

    /// <summary>The media types it answers with; none: JSON where there is a <see cref="ReplyType"/>.</summary>
    public IReadOnlyList<string> ReplyContentTypes { get; init; } = [];

    /// <summary>The status codes it answers with, except the refusals that follow from what it takes.</summary>
    public IReadOnlyList<int> Statuses { get; init; } = [200];

    /// <summary>What follows <c>curl </c> in an example; <c>{url}</c> stands for the server's address.</summary>
    public string? Example { get; init; }

    /// <summary>The document that explains how it works inside, such as <c>docs/inside/hedging.md</c>; null: none.</summary>
    public string? Chapter { get; init; }

    /// <summary>How long the handler may take; null: the server's default. <see cref="Timeout.InfiniteTimeSpan"/>: no limit.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Answered even once a stopping server refuses new requests, and beyond the limit of requests: probes and metrics.</summary>
    public bool ServedWhileDraining { get; init; }

    /// <summary>Needs a token.</summary>
    public bool NeedsToken { get; init; }

    /// <summary>Changes nothing, so users who may only read can use it; by default true for GET and QUERY.</summary>
    public bool OnlyReads { get; init; } = Method is "GET" or "QUERY";

    internal string[] Segments { get; } = Split(Pattern);

    static string[] Split(string pattern) =>
        pattern.StartsWith('/') ? pattern[1..].Split('/') : throw new ArgumentException($"Route pattern '{pattern}' must begin with '/'.");
}

/// <summary>A query parameter or body member of a route, or, if the pattern has its name, that part of the path.</summary>
/// <param name="Name">As the client writes it.</param>
/// <param name="Summary">What it means, its unit and its default.</param>
/// <param name="Type"><c>string</c>, <c>integer</c> or <c>boolean</c>; a trailing <c>[]</c> where it may be repeated.</param>
/// <param name="Required">Whether a request without it is refused.</param>
/// <param name="OneOf">The values it may have; null: any of its type.</param>
/// <param name="Min">The minimum value of an integer, the minimum length of a string.</param>
/// <param name="Max">The maximum value, the maximum length.</param>
/// <param name="IsHeader">It is a header field.</param>
public sealed record Parameter(
    string Name,
    string Summary,
    string Type = "string",
    bool Required = false,
    IReadOnlyList<string>? OneOf = null,
    long? Min = null,
    long? Max = null,
    bool IsHeader = false);
