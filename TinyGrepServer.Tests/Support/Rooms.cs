// What keeps a folder readable: how many files lie in a room, how long and wide they are, that each says what it is about, and that
// no more than a few of them need each other to be understood. A knot is a set of files each of which leads, by the types it names,
// to every other.

using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests;

internal static class Rooms
{
    const string Ours = "api|internal|livez|readyz|metrics|schema|messages|wait|fail|files|web|house|d";

    /// <summary>Files longer than so many lines.</summary>
    public static IEnumerable<string> Long(IEnumerable<Source> sources, int max) =>
        sources.Where(source => source.Text.Split('\n').Length - 1 > max).Select(source => $"{source.Path} has more than {max} lines");

    /// <summary>Lines wider than so many characters.</summary>
    public static IEnumerable<string> Wide(IEnumerable<Source> sources, int max) =>
        from source in sources
        from line in source.Text.Split('\n').Index()
        where line.Item.Length > max
        select $"{source.Path}:{line.Index + 1} is {line.Item.Length} wide";

    /// <summary>Files that do not open with a comment.</summary>
    public static IEnumerable<string> Unintroduced(IEnumerable<Source> sources) =>
        sources.Where(source => !source.Text.StartsWith("// ", StringComparison.Ordinal))
            .Select(source => $"{source.Path} does not open with a comment");

    /// <summary>Folders with more than so many files.</summary>
    public static IEnumerable<string> Crowded(IEnumerable<Source> sources, int max) =>
        from source in sources
        group source by source.Room into room
        where room.Count() > max
        select $"{room.Key} has {room.Count()} files";

    /// <summary>Sets of more than so many files that name each other, directly or by way of others.</summary>
    public static IEnumerable<string> Knots(IReadOnlyList<Source> sources, int max)
    {
        var home = new Dictionary<string, Source>();
        foreach (var source in sources)
        {
            foreach (var type in source.TopTypes) home.TryAdd(type, source); // partial classes live where they are found first
        }
        var named = sources.ToDictionary(source => source, source => Named(source, home));
        var reached = sources.ToDictionary(source => source, source => Reached(source, named));
        return sources
            .Select(source => reached[source].Where(other => reached[other].Contains(source)).Select(other => other.Path).Order().ToArray())
            .Where(knot => knot.Length > max)
            .Select(knot => string.Join(", ", knot))
            .Distinct();
    }

    /// <summary>String literals of the kernel that hold a path of ours: it must be told them.</summary>
    public static IEnumerable<string> OwnPaths(IEnumerable<Source> sources) =>
        from source in sources
        let text = Regex.Replace(source.Text, @"(?m)//.*$", "")
        where Regex.IsMatch(text, $@"""[^""\n]*/(?:{Ours})\b")
        select $"{source.Path} names a path of ours";

    static HashSet<Source> Named(Source source, Dictionary<string, Source> home) =>
        [.. home.Where(type => type.Value != source && Names(source, type.Key)).Select(type => type.Value)];

    /// <summary>As a type, that is: a member or an enum's value may have the same name.</summary>
    static bool Names(Source source, string type) =>
        source.Uses($@"(?<![.\w]){type}(?:\??(?:\[\])?\s+@?\w|\s*\.\s*\w|\s*\(|\s*[?]?[>\[]|<)")
        || source.Uses($@"(?:\bnew|\bis|\bas|[:,])\s+{type}\b(?=\s*[{{(;)]|\s*$)|typeof\({type}\)|<{type}\b");

    static HashSet<Source> Reached(Source from, Dictionary<Source, HashSet<Source>> named)
    {
        var reached = new HashSet<Source>();
        var waiting = new Stack<Source>([from]);
        while (waiting.TryPop(out var source))
        {
            foreach (var next in named[source])
            {
                if (reached.Add(next)) waiting.Push(next);
            }
        }
        return reached;
    }
}
