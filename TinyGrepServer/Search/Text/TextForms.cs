// Tells how the bytes of a file become text by its first bytes, whatever its name: byte order marks and gzip's mark are known, and
// a NUL early on means that it is not text, unless it is the hole that a truncation left at the beginning.

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

internal static class TextForms
{
    /// <summary>How much of a text is looked at.</summary>
    public const int SniffedBytes = 8 << 10;

    /// <summary>The form of a file.</summary>
    /// <param name="decode">False: only <see cref="TextForm.Plain"/> and <see cref="TextForm.Binary"/> are told apart.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TextForm Sniff(SafeFileHandle file, bool decode = true)
    {
        Span<byte> head = stackalloc byte[SniffedBytes];
        var length = RandomAccess.Read(file, head, 0);
        if (!decode) return head[..length].Contains((byte)0) ? TextForm.Binary : TextForm.Plain;
        if (length > 0 && head[0] == 0) return SniffBehindHole(file, head);
        var form = Sniff(head[..length]);
        return form == TextForm.Gzip ? SniffUnzipped(file) : form;
    }

    /// <summary>The form of bytes that begin like these, as far as these tell.</summary>
    public static TextForm Sniff(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith<byte>([0x1f, 0x8b, 0x08])) return TextForm.Gzip;
        if (head.StartsWith<byte>([0xff, 0xfe])) return Utf16(head, TextForm.Utf16LittleEndian); // UTF-32's mark has a NUL behind it
        if (head.StartsWith<byte>([0xfe, 0xff])) return Utf16(head, TextForm.Utf16BigEndian);
        if (head.Contains((byte)0)) return TextForm.Binary;
        return head.StartsWith<byte>([0xef, 0xbb, 0xbf]) ? TextForm.Utf8WithMark : TextForm.Plain;
    }

    static TextForm Utf16(ReadOnlySpan<byte> head, TextForm form) =>
        MemoryMarshal.Cast<byte, char>(head).Contains('\0') ? TextForm.Binary : form;

    static TextForm SniffBehindHole(SafeFileHandle file, Span<byte> head)
    {
        if (NulRun.End(file, 0) is not { } begin) return TextForm.Binary;
        var length = RandomAccess.Read(file, head, begin);
        return Sniff(head[..length]) == TextForm.Plain ? TextForm.BehindHole : TextForm.Binary;
    }

    /// <summary>The same test for what is unzipped, once: a gzip file inside a gzip file is binary.</summary>
    static TextForm SniffUnzipped(SafeFileHandle file)
    {
        using var content = new PeekedText(new GzipText(file));
        return content.Form is TextForm.Binary or TextForm.Gzip ? TextForm.Binary : TextForm.Gzip;
    }
}
