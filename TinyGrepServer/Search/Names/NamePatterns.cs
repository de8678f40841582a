// The entries of a question's dictionaries, compiled into a test of names: names, folders and globs, and those that '!' takes out again.
// An existing name is taken as a name even if it could be a glob, except for a leading '!'.

using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class NamePatterns
{
    const int MaxEntries = 1_000;
    const int MaxGlobs = 100;
    const int MaxGlobLength = 1_024;

    readonly HashSet<string> named = new(StringComparer.Ordinal);
    readonly List<NamePattern> wanted = [];
    readonly List<NamePattern> excluded = [];
    int globs;

    NamePatterns()
    {
    }

    /// <summary>Whether every name is asked for: there are no entries but exclusions.</summary>
    public bool TakesAll => named.Count + wanted.Count == 0;

    /// <summary>Whether the names of all dictionaries are needed to tell which are asked for.</summary>
    public bool NeedNames => TakesAll || wanted.Count > 0;

    /// <summary>The entries that have fitted nothing so far, exclusions aside.</summary>
    public IReadOnlyList<string> Missing => [.. wanted.Where(one => !one.HasFitted).Select(one => one.Text)];

    /// <param name="entries">As the client gave them.</param>
    /// <param name="exists">Whether a dictionary has this very name.</param>
    /// <exception cref="ApiError">400: too many entries or too long ones.</exception>
    public static NamePatterns Compile(IReadOnlyList<string> entries, Func<string, bool> exists)
    {
        CheckNumber(entries);
        var compiled = new NamePatterns();
        foreach (var entry in entries)
        {
            if (entry.StartsWith('!')) compiled.excluded.Add(compiled.Read(entry[1..]));
            else if (exists(entry)) compiled.named.Add(entry);
            else compiled.wanted.Add(compiled.Read(entry));
        }
        return compiled;
    }

    /// <exception cref="ApiError">400: too many entries to look for each of them.</exception>
    public static void CheckNumber(IReadOnlyList<string> entries)
    {
        if (entries.Count > MaxEntries)
            throw ApiError.BadRequest(string.Create(CultureInfo.InvariantCulture, $"'dictionary' has more than {MaxEntries:N0} entries."));
    }

    /// <summary>Whether a name is asked for, and notes which entries fit it.</summary>
    /// <param name="name">Of a dictionary; ending in <c>/</c>, that of a folder that cannot be read.</param>
    /// <param name="isSkipped">Whether the rules skip it: then no glob selects it, but it shows that a folder is there.</param>
    public bool Take(string name, bool isSkipped)
    {
        var isAsked = TakesAll || named.Contains(name) || Fits(name, isSkipped);
        return isAsked && !Excludes(name);
    }

    /// <summary>Whether an exclusion takes the name out.</summary>
    public bool Excludes(string name)
    {
        foreach (var pattern in excluded)
        {
            if (pattern.Holds(name) || (!name.EndsWith('/') && pattern.Fits(name))) return true;
        }
        return false;
    }

    bool Fits(string name, bool isSkipped)
    {
        var fits = false;
        foreach (var pattern in wanted)
        {
            if (fits && pattern.HasFitted) continue;
            var holds = pattern.Holds(name);
            if (!holds && !pattern.Fits(name)) continue;
            fits = true;
            pattern.HasFitted |= holds || !(isSkipped || name.EndsWith('/'));
        }
        return fits;
    }

    NamePattern Read(string text)
    {
        if (Glob.IsIn(text) && text.Length > MaxGlobLength)
            throw ApiError.BadRequest(string.Create(
                CultureInfo.InvariantCulture, $"'dictionary' has a pattern longer than {MaxGlobLength:N0} characters."));
        var pattern = new NamePattern(text, MaxGlobs);
        globs += pattern.Globs;
        return globs <= MaxGlobs
            ? pattern
            : throw ApiError.BadRequest($"'dictionary' has more than {MaxGlobs} patterns, counting each alternative in braces.");
    }
}
