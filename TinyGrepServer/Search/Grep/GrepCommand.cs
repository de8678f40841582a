// The grep command line of a question. Every line of output begins with its number (-n) and ':' or '-', so that the group
// separator cannot be confused with text. The full API also gets byte offsets (-b), names that end in NUL (-H -Z), and
// match bounds: --color=always with a random number as the colour marks where each match begins.

using System.Globalization;
using System.Security.Cryptography;
using TinyGrepServer.Processes;

namespace TinyGrepServer.Search;

/// <summary>A question in grep's words.</summary>
internal sealed record GrepCommand
{
    /// <summary>What grep prints where a match ends: <c>ESC [ m</c>.</summary>
    public static ReadOnlySpan<byte> EndMarker => "\e[m"u8;

    /// <summary>Everything but the files, ending in <c>--</c>.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The colour that begins each match; null: bounds are not asked for.</summary>
    public string? Marker { get; init; }

    /// <summary>Whether lines carry file name and byte offset.</summary>
    public bool Named { get; init; }

    /// <summary>Whether grep prints only how many lines of each file match.</summary>
    public bool Counts { get; init; }

    /// <summary>Whether grep reads bytes, not UTF-8.</summary>
    public bool IsBytewise { get; init; }

    /// <summary>The child's whole environment.</summary>
    public IReadOnlyList<(string Name, string Value)> Environment => Marker is null
        ? [Locale]
        : [Locale, ("GREP_COLORS", $"ms={Marker}:mc=:sl=:cx=:fn=:ln=:bn=:se=:ne")];

    (string Name, string Value) Locale => IsBytewise ? ("LC_ALL", "C") : ChildCommand.Utf8;

    /// <summary>A question, whatever its form.</summary>
    public static GrepCommand Of(Question question)
    {
        var query = question.Query;
        if (question.Form == AnswerForm.Entries)
        {
            var countsMatches = !query.HasContext && query.Limit != SearchQuery.NoLimit; // with context it counts groups
            return ForEntries(query.Term, query.Before, query.After, countsMatches ? query.Limit : null);
        }
        if (query.CountOnly) return ForCount(query);
        var bounds = question.Form is AnswerForm.Json or AnswerForm.Ndjson;
        return ForMatches(query, query.Limit + 1L + (question.Scope.From?.Seen ?? 0), bounds);
    }

    /// <summary>The first API's question: lines of one file, a basic regular expression as typed; an empty one finds every line.</summary>
    public static GrepCommand ForEntries(string term, int before, int after, long? most)
    {
        List<string> arguments = ["-n", "-a", "--color=never"];
        AddContext(arguments, before, after);
        if (most is not null) arguments.Add($"-m{most}");
        return new GrepCommand { Arguments = [.. arguments, "-e", term, "--"] };
    }

    /// <summary>The full API's question.</summary>
    /// <param name="mostPerFile">Matches after which a file need not be read further.</param>
    /// <param name="bounds">Whether matches are marked; a line with thousands of them is many times as long then.</param>
    public static GrepCommand ForMatches(SearchQuery query, long mostPerFile, bool bounds = true)
    {
        var color = bounds ? "--color=always" : "--color=never";
        List<string> arguments = ["-n", "-b", "-a", "-H", "-Z", color, .. Options(query), $"-m{mostPerFile}"];
        AddContext(arguments, query.Before, query.After);
        return new GrepCommand
        {
            Arguments = [.. arguments, "-e", PatternOf(query, bounds), "--"],
            IsBytewise = query.Mode == SearchMode.Words && Words.AreBytes(query),
            Marker = bounds ? RandomNumberGenerator.GetInt32(1_000_000_000, int.MaxValue).ToString(CultureInfo.InvariantCulture) : null,
            Named = true,
        };
    }

    /// <summary>Only the number of matching lines of each file.</summary>
    public static GrepCommand ForCount(SearchQuery query) => new()
    {
        Arguments = ["-c", "-a", "-H", "-Z", "--color=never", .. Options(query), "-e", PatternOf(query, bounds: false), "--"],
        IsBytewise = query.Mode == SearchMode.Words && Words.AreBytes(query),
        Named = true,
        Counts = true,
    };

    static string PatternOf(SearchQuery query, bool bounds) =>
        query.Mode != SearchMode.Words ? query.Term
        : bounds && !query.Invert ? Words.Marking(query)
        : Words.Selecting(query);

    static IEnumerable<string> Options(SearchQuery query)
    {
        yield return query.Mode switch
        {
            SearchMode.Extended => "-E",
            SearchMode.Fixed => "-F",
            SearchMode.Perl or SearchMode.Words => "-P",
            _ => "-G",
        };
        if (query.IgnoreCase) yield return "-i";
        if (query.Line) yield return "-x"; // a whole line leaves nothing for -w to say, and both with colour confuse grep 3.8
        else if (query is { Word: true, Mode: not SearchMode.Words }) yield return "-w";
        if (query.Invert) yield return "-v";
    }

    static void AddContext(List<string> arguments, int before, int after)
    {
        if (before > 0) arguments.Add($"-B{before}");
        if (after > 0) arguments.Add($"-A{after}");
    }
}
