// What a header field may contain (RFC 9110, section 5.5). HttpListener checks only while it writes, when it is too late for another
// answer; a line break in a value would even become another field to the client (header injection).

using System.Buffers;

namespace TinyGrepServer.Server;

internal static class FieldSyntax
{
    static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>They frame the reply, and are the writer's own.</summary>
    static readonly string[] Framing = ["Connection", "Content-Length", "Keep-Alive", "Transfer-Encoding"];

    /// <summary>What is wrong with the first field that cannot be sent, in words that go into the log; null: nothing.</summary>
    public static string? Fault(IEnumerable<(string Name, string Value)> fields) =>
        fields.Select(field => Fault(field.Name, field.Value)).FirstOrDefault(fault => fault is not null);

    static string? Fault(string? name, string? value)
    {
        var shown = Printable.Excerpt(name ?? "", 64);
        if (string.IsNullOrEmpty(name) || name.AsSpan().ContainsAnyExcept(TokenCharacters)) return $"'{shown}' is not a valid field name";
        if (Framing.Contains(name, StringComparer.OrdinalIgnoreCase)) return $"the field {shown} is the server's own";
        if (value is null) return $"the field {shown} has no value";
        foreach (var letter in value)
        {
            if (letter is (< ' ' and not '\t') or '\x7f' or > '\xff') return $"the value of the field {shown} has U+{(int)letter:X4}";
        }
        return null;
    }
}
