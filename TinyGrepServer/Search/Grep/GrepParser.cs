// Splits grep's output into lines. Bytes arrive in pieces; what does not end in a newline waits for the next piece.
//   plain:  NUMBER (':' | '-') TEXT '\n'           counts: NUMBER '\n'
//   named:  PATH '\0' and the same
// Groups are parted by "--\n", which no form can begin with. A line that no buffer takes is left out, as a problem of its dictionary.

using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace TinyGrepServer.Search;

/// <summary>Reads one grep's output.</summary>
/// <param name="command">What grep was asked.</param>
/// <param name="origin">What its lines belong to.</param>
/// <param name="found">Told of each dictionary of which a line was left out.</param>
internal sealed class GrepParser(GrepCommand command, ILineOrigin origin, Action<Problem> found)
{
    readonly List<int> bounds = [];
    byte[] unmarked = [];
    bool skipping; // within a line that is too long

    /// <summary>Hands over every whole line, or as many as make one step of the sink.</summary>
    /// <param name="enough">Set when the sink wants no more.</param>
    /// <returns>How many bytes were used up.</returns>
    public int Parse(ReadOnlySpan<byte> output, ILineSink sink, out bool enough)
    {
        enough = false;
        var used = 0;
        for (var held = sink.Held; !enough && sink.Held - held < ILineSink.Step;)
        {
            var rest = output[used..];
            if (skipping)
            {
                var end = rest.IndexOf((byte)'\n');
                skipping = end < 0;
                used += skipping ? rest.Length : end + 1;
                if (skipping) return used;
                continue;
            }
            if (rest.StartsWith("--\n"u8))
            {
                used += 3;
                continue;
            }
            var name = command.Named ? rest.IndexOf((byte)0) + 1 : 0; // a path may hold a newline, but no NUL
            if (command.Named && name == 0) return used;
            var length = rest[name..].IndexOf((byte)'\n');
            skipping = length < 0 && rest.Length > (command.Markers is null ? FoundLine.MaxBytes + 64 : MatchMarkers.MaxMarkedLine);
            if (length < 0 && !skipping) return used;
            if (command.Named) origin.Enter(rest[..(name - 1)]);
            if (skipping) LeaveOut(rest[name..]);
            else enough = !Take(rest.Slice(name, length), sink);
            used += skipping ? rest.Length : name + length + 1;
        }
        return used;
    }

    bool Take(ReadOnlySpan<byte> line, ILineSink sink)
    {
        var given = ReadNumber(line, out var digits);
        var (dictionary, number) = origin.Find(command.Counts ? 0 : given);
        if (command.Counts) return sink.Add(new FoundLine { Dictionary = dictionary, Number = given, Selected = true, Text = [] });
        var selected = line[digits] == (byte)':';
        line = line[(digits + 1)..];
        bounds.Clear();
        if (command.Markers is { } markers) line = markers.Unmark(line, ref unmarked, bounds);
        if (line.Length > FoundLine.MaxBytes)
        {
            found(new Problem(dictionary, Problem.LineTooLong));
            return true;
        }
        return sink.Add(new FoundLine
        {
            Dictionary = dictionary,
            Number = number,
            Selected = selected,
            Text = line,
            Bounds = CollectionsMarshal.AsSpan(bounds),
        });
    }

    void LeaveOut(ReadOnlySpan<byte> line) =>
        found(new Problem(origin.Find(ReadNumber(line, out _)).Dictionary, Problem.LineTooLong));

    static long ReadNumber(ReadOnlySpan<byte> line, out int digits) =>
        Utf8Parser.TryParse(line, out long number, out digits)
            ? number
            : throw new InvalidDataException("grep's output has a line without a number.");
}
