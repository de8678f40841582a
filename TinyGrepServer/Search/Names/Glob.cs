// One glob over names of dictionaries. Without '/' it is asked of the last part of a name, at any depth; with '/' of the whole
// name from the top, where '*' and '?' stay within a part and '**' stands for any number of parts. Matching never tries more
// than length times length steps: of several stars only the last one is ever tried again, among parts as within one.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>A glob without braces.</summary>
internal sealed class Glob
{
    readonly GlobPart[] parts;
    readonly bool isOfLastPart;

    Glob(string pattern)
    {
        isOfLastPart = !pattern.Contains('/', StringComparison.Ordinal);
        if (pattern.EndsWith('/')) pattern += "**"; // a folder: all below it
        parts = [.. pattern.TrimStart('/').Split('/').Select(part => new GlobPart(part))];
    }

    /// <summary>Whether the text has a meaning beyond its letters.</summary>
    public static bool IsIn(string text) => text.AsSpan().ContainsAny("*?[{\\");

    /// <summary>Reads a pattern; its braces become so many globs.</summary>
    /// <param name="max">The most globs it may become.</param>
    /// <exception cref="ApiError">400: it would become more.</exception>
    public static IReadOnlyList<Glob> Parse(string pattern, int max)
    {
        List<Glob> globs = [];
        var waiting = new Stack<string>([pattern]);
        while (waiting.TryPop(out var next))
        {
            if (FindBraces(next) is not { } braces)
            {
                globs.Add(new Glob(next));
                continue;
            }
            for (var at = 0; at + 1 < braces.Count; at++)
                waiting.Push(next[..braces[0]] + next[(braces[at] + 1)..braces[at + 1]] + next[(braces[^1] + 1)..]);
            if (globs.Count + waiting.Count > max)
                throw ApiError.BadRequest($"'dictionary' has more than {max} patterns, counting each alternative in braces.");
        }
        return globs;
    }

    /// <summary>Whether a dictionary's name fits.</summary>
    public bool Fits(ReadOnlySpan<char> name) =>
        isOfLastPart ? parts[0].Fits(name[(name.LastIndexOf('/') + 1)..]) : FitsFromTheTop(name);

    /// <summary>Whether a name below this folder could fit.</summary>
    /// <param name="folder">Its name, ending in <c>/</c>.</param>
    public bool CouldFitBelow(ReadOnlySpan<char> folder)
    {
        if (isOfLastPart) return true;
        var at = 0;
        foreach (var part in parts)
        {
            if (part.IsAnyParts || at == folder.Length) return true;
            var end = EndOfPart(folder, at);
            if (!part.Fits(folder[at..end])) return false;
            at = end + 1;
        }
        return false;
    }

    bool FitsFromTheTop(ReadOnlySpan<char> name)
    {
        var (part, at) = (0, 0);
        var (star, retry) = (-1, 0); // the last "**", and how far it reaches
        while (at <= name.Length)
        {
            if (part < parts.Length && parts[part].IsAnyParts)
            {
                (star, retry) = (part++, at);
                if (part == parts.Length) return true;
                continue;
            }
            var end = EndOfPart(name, at);
            if (part < parts.Length && parts[part].Fits(name[at..end]))
            {
                (part, at) = (part + 1, end + 1);
                continue;
            }
            if (star < 0) return false;
            retry = EndOfPart(name, retry) + 1;
            (part, at) = (star + 1, retry);
        }
        return part == parts.Length;
    }

    static int EndOfPart(ReadOnlySpan<char> name, int at)
    {
        var length = name[at..].IndexOf('/');
        return length < 0 ? name.Length : at + length;
    }

    /// <summary>Where the first braces with alternatives open, part and close; null: there are none.</summary>
    static List<int>? FindBraces(string pattern)
    {
        for (var open = 0; open < pattern.Length; open++)
        {
            if (pattern[open] == '\\') open++;
            else if (pattern[open] == '{' && FindBraces(pattern, open) is { Count: > 2 } found) return found;
        }
        return null;
    }

    static List<int>? FindBraces(string pattern, int open)
    {
        List<int> found = [open];
        var depth = 1;
        for (var at = open + 1; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case '\\': at++; break;
                case '{': depth++; break;
                case ',' when depth == 1: found.Add(at); break;
                case '}' when --depth == 0: found.Add(at); return found;
            }
        }
        return null;
    }
}
