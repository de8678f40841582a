// A finished request, as in the access log and Server-Timing: none of the client's header fields, nothing of a body.

namespace TinyGrepServer.Diagnostics;

/// <param name="Time">When it arrived.</param>
/// <param name="Path">Path and query, as in the access log.</param>
/// <param name="Whole">False where the client left or the body broke off.</param>
/// <param name="Bytes">Of the body, as they went out.</param>
/// <param name="Total">From its arrival to the end of its reply.</param>
/// <param name="Timing">The reply's Server-Timing; null: it has none.</param>
internal sealed record WalkedRequest(
    DateTimeOffset Time, string Method, string Path, int Status, bool Whole, long Bytes, TimeSpan Total, string? Timing);
