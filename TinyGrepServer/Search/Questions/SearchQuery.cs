// A question, checked once at the edge: a SearchQuery that exists is valid.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>How a term is read, as grep's -G, -E, -F and -P do.</summary>
internal enum SearchMode
{
    Basic,
    Extended,
    Fixed,
    Perl,

    /// <summary>The term is words as plain text, separated by white space; a line must hold all of them, in any order.</summary>
    Words,

    /// <summary>There is no term: every line is found. Asked by the first API's action <c>all</c> alone.</summary>
    EveryLine,
}

/// <summary>Which dictionaries come first.</summary>
internal enum SearchOrder
{
    /// <summary>By name.</summary>
    Name,

    /// <summary>By time of change, the newest first.</summary>
    Newest,
}

/// <summary>A valid question over the dictionaries.</summary>
internal sealed record SearchQuery
{
    public const int MaxTerm = 1_024;
    public const int MaxContext = 1_000;
    public const int MaxLimit = 10_000;
    public const int DefaultLimit = 100;

    /// <summary>The limit of those who want all.</summary>
    public const int NoLimit = int.MaxValue;

    /// <summary>All lines, from the first to the last.</summary>
    public static SearchQuery EveryLine { get; } = new() { Term = "", Mode = SearchMode.EveryLine, Limit = NoLimit };

    /// <summary>1..1,024 characters without newline and NUL; empty with <see cref="SearchMode.EveryLine"/>.</summary>
    public required string Term { get; init; }

    /// <summary>Names, folders and globs, and with a leading <c>!</c> exclusions; empty: all that are not skipped.</summary>
    public IReadOnlyList<string> Dictionaries { get; init; } = [];

    public SearchMode Mode { get; init; }

    public bool IgnoreCase { get; init; }

    /// <summary>Only whole words match.</summary>
    public bool Word { get; init; }

    /// <summary>Only whole lines match.</summary>
    public bool Line { get; init; }

    /// <summary>Lines that do not match are found.</summary>
    public bool Invert { get; init; }

    /// <summary>Lines of context before each match, 0..1,000.</summary>
    public int Before { get; init; }

    /// <summary>Lines of context after each match, 0..1,000.</summary>
    public int After { get; init; }

    /// <summary>Whether lines around the matches are wanted.</summary>
    public bool HasContext => Before + After > 0;

    /// <summary>Matches in one answer, 1..10,000; the first API's entries, up to <see cref="NoLimit"/>.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Matches given of one dictionary, 1..10,000; null: any number.</summary>
    public int? MaxPerDictionary { get; init; }

    public SearchOrder Order { get; init; }

    /// <summary>Where an earlier answer stopped; null: from the beginning.</summary>
    public string? Cursor { get; init; }

    /// <summary>Only the number of all matches is wanted.</summary>
    public bool CountOnly { get; init; }

    /// <summary>Refuses a term that grep would not take as one pattern.</summary>
    /// <param name="name">What the client calls it.</param>
    /// <exception cref="ApiError">400.</exception>
    public static string CheckTerm(string? term, string name)
    {
        if (term is null) throw ApiError.BadRequest($"'{name}' is missing; expected a string of 1..{MaxTerm} characters.");
        if (term.Length == 0) throw ApiError.BadRequest($"'{name}' is empty; expected 1..{MaxTerm} characters.");
        if (term.Length > 2 * MaxTerm || term.EnumerateRunes().Count() > MaxTerm)
            throw ApiError.BadRequest($"'{name}' is longer than {MaxTerm} characters.");
        if (term.Contains('\n', StringComparison.Ordinal))
            throw ApiError.BadRequest($"'{name}' must not contain a newline: a match is within one line.");
        if (term.Contains('\0', StringComparison.Ordinal)) throw ApiError.BadRequest($"'{name}' must not contain NUL.");
        return term;
    }
}
