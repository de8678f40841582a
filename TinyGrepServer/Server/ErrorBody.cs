// The error body that every refusal gets: application/problem+json (RFC 9457), plus `Code` and `message`,
// the two members that clients of the first API read.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace TinyGrepServer.Server;

/// <summary>What a client reads when something went wrong.</summary>
internal sealed record ErrorBody
{
    /// <summary>Always <c>about:blank</c>: the status says what kind of problem it is.</summary>
    [JsonPropertyName("type")] public string Type { get; init; } = "about:blank";

    /// <summary>The status code's name.</summary>
    [JsonPropertyName("title")] public required string Title { get; init; }

    /// <summary>The HTTP status code.</summary>
    [JsonPropertyName("status")] public required int Status { get; init; }

    /// <summary>What was wrong with this request, and what was expected.</summary>
    [JsonPropertyName("detail")] public required string Detail { get; init; }

    /// <summary>The path that was asked for.</summary>
    [JsonPropertyName("instance")] public required string Instance { get; init; }

    /// <summary>The request's id, as in <c>X-Request-Id</c> and in the log.</summary>
    [JsonPropertyName("requestId")] public required string RequestId { get; init; }

    /// <summary>The status code again, under the name the first API gave it.</summary>
    [JsonPropertyName("Code")] public required int Code { get; init; }

    /// <summary>The detail, and where the instructions are, if there are any.</summary>
    [JsonPropertyName("message")] public required string Message { get; init; }

    internal static Reply ToReply(Exchange exchange, int status, string detail, IReadOnlyList<(string, string)> headers)
    {
        var body = new ErrorBody
        {
            Title = StatusCode.Name(status),
            Status = status,
            Detail = detail,
            Instance = exchange.Path,
            RequestId = exchange.RequestId,
            Code = status,
            Message = MessageOf(exchange, detail),
        };
        return new Reply
        {
            Status = status,
            ContentType = "application/problem+json",
            Body = JsonSerializer.SerializeToUtf8Bytes(body, KernelJson.Relaxed.ErrorBody),
            Headers = headers,
        };
    }

    static string MessageOf(Exchange exchange, string detail)
    {
        if (exchange.Options.InstructionsPath is not { } path) return detail;
        return $"{detail}{(detail.EndsWith('.') ? "" : ".")} Instructions: {exchange.BaseUrl}{path}";
    }
}

[JsonSerializable(typeof(ErrorBody))]
internal sealed partial class KernelJson : JsonSerializerContext
{
    /// <summary>Leaves quotes of the client's own text readable.</summary>
    public static KernelJson Relaxed => field ??= new(RelaxedJson.Of(Default.Options));
}
