// The names of the status codes this server uses (RFC 9110, section 15, and the registry it opened).

using System.Net;

namespace TinyGrepServer.Server;

internal static class StatusCode
{
    public static string Name(int status) => status switch
    {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        304 => "Not Modified",
        413 => "Content Too Large",
        414 => "URI Too Long",
        416 => "Range Not Satisfiable",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        499 => "Client Closed Request",
        _ => SpacedName((HttpStatusCode)status),
    };

    /// <summary><c>HttpStatusCode.NotFound</c> -> <c>Not Found</c>.</summary>
    static string SpacedName(HttpStatusCode status) =>
        string.Concat(status.ToString().Select((letter, at) => at > 0 && char.IsUpper(letter) ? $" {letter}" : $"{letter}"));
}
