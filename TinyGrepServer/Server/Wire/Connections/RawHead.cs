// Header lines that HttpListener accepts and RFC 9112 forbids. It trims names and values, folds nothing, and lets the last of two Host
// fields win, so it may read a header differently from a proxy in front: that is request smuggling. So the bytes are checked again, as
// far as they are still available (HttpListenerFields.HeadOf).

using System.Buffers;
using System.Text;

namespace TinyGrepServer.Server;

internal static class RawHead
{
    const byte Tab = (byte)'\t';
    const byte Delete = 0x7f;

    /// <summary>RFC 9110, section 5.6.2.</summary>
    static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    static readonly SearchValues<byte> Blank = SearchValues.Create(" \t"u8);

    /// <summary>What is wrong with a header; null where nothing is, as far as it can be seen.</summary>
    /// <param name="head">Its bytes, up to the empty line; the beginning may be missing.</param>
    public static string? WrongWith(ReadOnlySpan<byte> head)
    {
        var hosts = 0;
        var isFirst = true;
        while (!head.IsEmpty)
        {
            var line = NextLine(ref head);
            if (line.IsEmpty) continue; // before the request line, or the end
            if (HasControl(line)) return "A header line has a control character in it (RFC 9112, section 2.2).";
            if (!isFirst && WrongWithField(line) is { } wrong) return wrong;
            if (!isFirst && IsNamed(line, "Host"u8) && ++hosts > 1) return "There are two Host fields (RFC 9112, section 3.2).";
            isFirst = false; // the request line, or what is left of the line that was let go of
        }
        return null;
    }

    /// <summary>A bare LF ends a line, too (RFC 9112, section 2.2); a bare CR does not.</summary>
    static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> head)
    {
        var end = head.IndexOf((byte)'\n');
        var line = end < 0 ? head : head[..end];
        head = end < 0 ? [] : head[(end + 1)..];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    static bool HasControl(ReadOnlySpan<byte> line)
    {
        foreach (var one in line)
        {
            if ((one < ' ' && one != Tab) || one == Delete) return true;
        }
        return false;
    }

    static string? WrongWithField(ReadOnlySpan<byte> line)
    {
        if (Blank.Contains(line[0])) return "A header line is folded (RFC 9112, section 5.2).";
        var colon = line.IndexOf((byte)':');
        if (colon <= 0) return "A header line has no name (RFC 9112, section 5).";
        var name = line[..colon];
        if (Blank.Contains(name[^1])) return "There is a blank before the colon of a header line (RFC 9112, section 5.1).";
        if (name.ContainsAnyExcept(Token)) return "The name of a header field is not a token (RFC 9110, section 5.1).";
        return IsNamed(line, "Content-Length"u8) && line[(colon + 1)..].Trim(" \t"u8).ContainsAnyExceptInRange((byte)'0', (byte)'9')
            ? "A Content-Length is not made of digits (RFC 9110, section 8.6)."
            : null;
    }

    static bool IsNamed(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length > name.Length && line[name.Length] == ':' && Ascii.EqualsIgnoreCase(line[..name.Length], name);
}
