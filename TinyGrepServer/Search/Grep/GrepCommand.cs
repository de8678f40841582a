// The grep command line of a question. Every line of output begins with its number (-n) and ':' or '-', so that the group
// separator cannot be confused with text. Over files, the full API also gets names that end in NUL (-H -Z), and match bounds by
// MatchMarkers. The same command can also read standard input, where several texts follow one another.

using TinyGrepServer.Processes;

namespace TinyGrepServer.Search;

/// <summary>A question in grep's words.</summary>
internal sealed record GrepCommand
{
    /// <summary>How the term is read.</summary>
    public required IReadOnlyList<string> Options { get; init; }

    public required string Term { get; init; }

    /// <summary>Where matches begin and end; null: bounds are not asked for.</summary>
    public MatchMarkers? Markers { get; init; }

    /// <summary>Whether lines carry the file's name.</summary>
    public bool Named { get; init; }

    /// <summary>Whether grep prints only how many lines of each file match.</summary>
    public bool Counts { get; init; }

    /// <summary>Lines of context before each match.</summary>
    public int Before { get; init; }

    /// <summary>Lines of context after each match.</summary>
    public int After { get; init; }

    public bool HasContext => Before + After > 0;

    /// <summary>Matches after which the whole search has enough, and so any file has; null: all are wanted.</summary>
    public long? Max { get; init; }

    /// <summary>Matches after which a file need not be read further; null: all are wanted.</summary>
    public long? MaxPerFile { get; init; }

    /// <summary>Whether texts are bytes to grep, for texts and patterns of which it is known that this changes nothing.</summary>
    public bool InBytes { get; init; }

    /// <summary>Everything but the files, ending in <c>--</c>.</summary>
    public IReadOnlyList<string> Arguments => [.. AllOptions, "-e", Term, "--"];

    /// <summary>All of it that is not the term.</summary>
    public IReadOnlyList<string> AllOptions =>
    [
        Counts ? "-c" : "-n", "-a",
        .. Named ? ["-H", "-Z"] : Array.Empty<string>(),
        Markers is null ? "--color=never" : "--color=always",
        .. Options,
        .. Before > 0 ? [$"-B{Before}"] : Array.Empty<string>(),
        .. After > 0 ? [$"-A{After}"] : Array.Empty<string>(),
        .. Matches is { } max ? [$"-m{max}"] : Array.Empty<string>(),
    ];

    /// <summary>The child's whole environment.</summary>
    public IReadOnlyList<(string Name, string Value)> Environment
    {
        get
        {
            var locale = InBytes ? ChildCommand.Bytes : ChildCommand.Utf8;
            return Markers is null ? [locale] : [locale, ("GREP_COLORS", Markers.Colors)];
        }
    }

    long? Matches => Max < MaxPerFile ? Max : MaxPerFile ?? Max;

    /// <summary>A question, whatever its form.</summary>
    /// <param name="maxPerFile">Matches of a file after which it need not be read further; null: all are wanted.</param>
    public static GrepCommand Of(Question question, long? maxPerFile = null)
    {
        var query = question.Query;
        if (question.Form == AnswerForm.Entries)
        {
            var countsMatches = !query.HasContext && query.Limit != SearchQuery.NoLimit; // with context it counts groups
            return ForEntries(query.Term, query.Before, query.After, countsMatches ? query.Limit : null);
        }
        if (query.CountOnly) return ForCount(query);
        var max = query.Limit + 1L + (question.Scope.From?.Seen ?? 0);
        var bounds = question.Form is AnswerForm.Json or AnswerForm.Ndjson or AnswerForm.Window;
        return ForMatches(query, max, bounds) with { MaxPerFile = maxPerFile };
    }

    /// <summary>The first API's question: lines of one file, a basic regular expression as typed; an empty one finds every line.</summary>
    public static GrepCommand ForEntries(string term, int before, int after, long? max) => new()
    {
        Options = [],
        Term = term,
        Before = before,
        After = after,
        Max = max,
    };

    /// <summary>The full API's question.</summary>
    /// <param name="max">Matches after which the search has enough.</param>
    /// <param name="bounds">Whether matches are marked; a line with thousands of them is many times as long then.</param>
    public static GrepCommand ForMatches(SearchQuery query, long max, bool bounds = true) => new()
    {
        Options = [.. TermOptions(query)],
        Term = PatternOf(query, bounds),
        InBytes = Words.AreBytes(query),
        Markers = bounds ? MatchMarkers.New() : null,
        Named = true,
        Before = query.Before,
        After = query.After,
        Max = max,
    };

    /// <summary>Only the number of matching lines of each file.</summary>
    public static GrepCommand ForCount(SearchQuery query) => new()
    {
        Options = [.. TermOptions(query)],
        Term = PatternOf(query, bounds: false),
        InBytes = Words.AreBytes(query),
        Named = true,
        Counts = true,
    };

    /// <summary>The same question of standard input.</summary>
    /// <param name="several">
    /// Whether several dictionaries lie in it one after the other: then their matches cannot be counted, nor be too many, apart.
    /// </param>
    public GrepCommand OverInput(bool several) => this with
    {
        Named = false,
        Counts = Counts && !several,
        MaxPerFile = several ? null : MaxPerFile,
    };

    static string PatternOf(SearchQuery query, bool bounds) =>
        query.Mode != SearchMode.Words ? query.Term
        : bounds && !query.Invert ? Words.Marking(query)
        : Words.Selecting(query);

    static IEnumerable<string> TermOptions(SearchQuery query)
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
}
