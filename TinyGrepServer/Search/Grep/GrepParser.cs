// Splits grep's output into lines. Bytes arrive in pieces; what does not end in a newline waits for the next piece.
//   plain:  NUMBER (':' | '-') TEXT '\n'
//   counts: PATH '\0' NUMBER '\n'
//   named:  PATH '\0' NUMBER (':' | '-') OFFSET (':' | '-') TEXT '\n'
// Groups are parted by "--\n", which neither form can begin with.

using System.Buffers.Text;
using System.Text;

namespace TinyGrepServer.Search;

/// <summary>Reads one grep's output.</summary>
/// <param name="command">What grep was asked.</param>
/// <param name="files">The files it was given, in that order.</param>
/// <param name="firstFile">The index of the first of them in the search's list.</param>
internal sealed class GrepParser(GrepCommand command, IReadOnlyList<DictionaryFile> files, int firstFile)
{
    readonly byte[] startMarker = Encoding.ASCII.GetBytes($"\e[{command.Marker}m");
    readonly List<int> bounds = [];
    byte[] unmarked = [];
    byte[]? path;
    int file;

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
            var name = 0;
            if (rest.StartsWith("--\n"u8))
            {
                used += 3;
                continue;
            }
            if (command.Named)
            {
                name = rest.IndexOf((byte)0) + 1; // a path may hold a newline, but no NUL
                if (name == 0) return used;
            }
            var length = rest[name..].IndexOf((byte)'\n');
            if (length < 0) return used;
            if (command.Named) FindFile(rest[..(name - 1)]);
            enough = !Take(rest.Slice(name, length), sink);
            used += name + length + 1;
        }
        return used;
    }

    bool Take(ReadOnlySpan<byte> line, ILineSink sink)
    {
        var number = ReadNumber(line, out var digits);
        if (command.Counts)
            return sink.Add(new FoundLine { Dictionary = firstFile + file, Number = number, Selected = true, Text = [] });
        var selected = line[digits] == (byte)':';
        line = line[(digits + 1)..];
        var offset = 0L;
        if (command.Named)
        {
            offset = ReadNumber(line, out digits);
            line = line[(digits + 1)..];
        }
        bounds.Clear();
        var known = true;
        if (command.Marker is not null && line.Contains((byte)'\e')) line = Unmark(line, offset, out known);
        return sink.Add(new FoundLine
        {
            Dictionary = firstFile + file,
            Number = number,
            Selected = selected,
            Text = line,
            Bounds = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bounds),
            BoundsKnown = known,
        });
    }

    static long ReadNumber(ReadOnlySpan<byte> line, out int digits) =>
        Utf8Parser.TryParse(line, out long number, out digits)
            ? number
            : throw new InvalidDataException("grep's output has a line without a number.");

    /// <summary>Takes the markers out and notes where they were.</summary>
    ReadOnlySpan<byte> Unmark(ReadOnlySpan<byte> line, long offset, out bool known)
    {
        var starts = line.Count(startMarker);
        known = line.Count(GrepCommand.EndMarker) == starts;
        if (!known) return ReadOriginal(line, starts, offset);
        if (unmarked.Length < line.Length) unmarked = new byte[line.Length];
        var length = 0;
        while (line.IndexOf(startMarker) is var start and >= 0)
        {
            Copy(line[..start]);
            line = line[(start + startMarker.Length)..];
            var end = line.IndexOf(GrepCommand.EndMarker);
            bounds.Add(length);
            Copy(line[..end]);
            bounds.Add(length);
            line = line[(end + GrepCommand.EndMarker.Length)..];
        }
        Copy(line);
        var text = unmarked.AsSpan(0, length);
        known = text.IndexOf(GrepCommand.EndMarker) < 0; // "ESC [" at the end of a match and "m" behind it
        return text;

        void Copy(ReadOnlySpan<byte> part)
        {
            part.CopyTo(unmarked.AsSpan(length));
            length += part.Length;
        }
    }

    /// <summary>
    /// The text itself holds the end marker: which of them are grep's cannot be told, but how many are can, and so where
    /// the line ends in the file. The bounds are left out rather than guessed.
    /// </summary>
    ReadOnlySpan<byte> ReadOriginal(ReadOnlySpan<byte> line, int starts, long offset)
    {
        if (starts == 0) return line;
        var original = new byte[line.Length - (starts * (startMarker.Length + GrepCommand.EndMarker.Length))];
        using var handle = files[file].Open();
        var read = RandomAccess.Read(handle, original, offset);
        return original.AsSpan(0, read);
    }

    void FindFile(ReadOnlySpan<byte> name)
    {
        while (path is null || !name.SequenceEqual(path))
        {
            if (path is not null) file++;
            path = Encoding.UTF8.GetBytes(files[file].Path);
        }
    }
}
