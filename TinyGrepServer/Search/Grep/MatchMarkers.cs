// Where matches begin and end in grep's output. --color=always with random numbers as colours puts one mark before each piece of
// text outside matches and another before each match; ESC [ m ends a match and the last piece:
//   TEXT MARK text MATCH MARK match ESC[m TEXT MARK text … ESC[m
// A selected line begins with a text mark, every match is preceded by one, so a match ends at the ESC [ m directly before the next
// text mark or at the line's end. Text that itself holds ESC [ m is exact, too: nobody who wrote it can have known the numbers.

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TinyGrepServer.Search;

/// <summary>The two random numbers of one grep, and how they are taken out of its lines.</summary>
internal sealed class MatchMarkers
{
    /// <summary>More of a line with its marks is not held; one with so many matches is left out as one that is too long.</summary>
    public const int MaxMarkedLine = 2 * FoundLine.MaxBytes;

    readonly byte[] text;
    readonly byte[] match;

    MatchMarkers(int text, int match)
    {
        Colors = string.Create(CultureInfo.InvariantCulture, $"ms={match}:sl={text}:mc=:cx=:fn=:ln=:bn=:se=:ne");
        this.text = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\e[{text}m"));
        this.match = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\e[{match}m"));
    }

    /// <summary>What grep finds in <c>GREP_COLORS</c>.</summary>
    public string Colors { get; }

    static ReadOnlySpan<byte> End => "\e[m"u8;

    /// <summary>Markers that no text can hold on purpose.</summary>
    public static MatchMarkers New()
    {
        var text = RandomNumberGenerator.GetInt32(1_000_000_000, int.MaxValue);
        int match;
        do match = RandomNumberGenerator.GetInt32(1_000_000_000, int.MaxValue);
        while (match == text);
        return new MatchMarkers(text, match);
    }

    /// <summary>Takes the marks out of a line.</summary>
    /// <param name="line">The line as grep printed it.</param>
    /// <param name="room">Grows to hold the line's text; the text returned lies in it, or in the line itself.</param>
    /// <param name="bounds">Gets start and end of each match, in bytes of the text.</param>
    public ReadOnlySpan<byte> Unmark(ReadOnlySpan<byte> line, ref byte[] room, List<int> bounds)
    {
        if (!line.StartsWith(text)) return line; // a line of context, or an empty one
        if (room.Length < line.Length) room = new byte[line.Length];
        var length = 0;
        line = line[text.Length..];
        while (line.IndexOf(match) is var start and >= 0)
        {
            Take(line[..start], room, ref length);
            line = line[(start + match.Length)..];
            var next = line.IndexOf(text);
            bounds.Add(length);
            if (next < 0)
            {
                var end = LastEnd(line);
                Take(line[..end], room, ref length);
                bounds.Add(length);
                Take(line[(end + End.Length)..], room, ref length);
                return room.AsSpan(0, length);
            }
            Take(line[..(next - End.Length)], room, ref length);
            bounds.Add(length);
            line = line[(next + text.Length)..];
        }
        var last = LastEnd(line);
        Take(line[..last], room, ref length);
        Take(line[(last + End.Length)..], room, ref length);
        return room.AsSpan(0, length);
    }

    /// <summary>Where the last ESC [ m is: at the end, or before a carriage return, which grep leaves uncoloured there.</summary>
    static int LastEnd(ReadOnlySpan<byte> line)
    {
        if (line.EndsWith(End)) return line.Length - End.Length;
        if (line.EndsWith("\e[m\r"u8)) return line.Length - End.Length - 1;
        throw new InvalidDataException("grep's output has a mark without an end.");
    }

    static void Take(ReadOnlySpan<byte> part, byte[] room, ref int length)
    {
        part.CopyTo(room.AsSpan(length));
        length += part.Length;
    }
}
