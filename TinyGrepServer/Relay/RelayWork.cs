// A relay request that does not come over HTTP, such as a job's: JSON names the upstream and the timeout.

using System.Text.Json.Serialization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Relay;

/// <summary>What is to be asked.</summary>
internal sealed record RelayQuestion
{
    /// <summary>The upstream's name; absent: the default one.</summary>
    [JsonPropertyName("upstream")] public string? Upstream { get; init; }

    /// <summary>Milliseconds to answer within, 1..2147483647; absent, and at most: the relay's deadline.</summary>
    [JsonPropertyName("timeout")] public int? Timeout { get; init; }
}

internal sealed class RelayWork(Func<string, Upstream> find, RelaySettings settings)
{
    /// <summary>Refuses what cannot be asked.</summary>
    /// <exception cref="ApiError">400, 404, 501.</exception>
    public void Check(ReadOnlyMemory<byte> input) => Parse(input);

    /// <summary>The upstream's JSON.</summary>
    /// <param name="id">Tells the upstream which request this is.</param>
    /// <exception cref="ApiError">502, 504: no usable answer.</exception>
    public async Task<byte[]> AnswerAsync(ReadOnlyMemory<byte> input, string id, CancellationToken cancellationToken)
    {
        var (upstream, limit) = Parse(input);
        var reply = await upstream.AskAsync(limit, id, cancellationToken);
        return reply.Body.ToArray();
    }

    (Upstream Upstream, TimeSpan Limit) Parse(ReadOnlyMemory<byte> input)
    {
        var question = StrictJson.Parse(input.Span, RelayJson.Default.RelayQuestion);
        if (question.Timeout is { } timeout) ValueRules.InRange(timeout, 1, int.MaxValue, "timeout", "milliseconds");
        return (find(question.Upstream ?? UpstreamAddress.Default), settings.Limit(question.Timeout));
    }
}
