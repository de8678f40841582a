// A question of the full API as it stands in a query string or in a JSON body: the same names in both.

using System.Text.Json.Serialization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>What a client may ask of <c>/api/v1/search</c>; absent members have their defaults.</summary>
public sealed record SearchRequest
{
    /// <summary>What to look for: 1..1,024 characters, no newline, no NUL.</summary>
    [JsonPropertyName("q")] public string? Term { get; init; }

    /// <summary>Names, folders and globs; with <c>!</c> before it, an exclusion. Null or empty: all but skipped ones.</summary>
    [JsonPropertyName("dictionary"), JsonConverter(typeof(OneOrMany))] public IReadOnlyList<string>? Dictionaries { get; init; }

    /// <summary><c>basic</c> (the default), <c>extended</c>, <c>fixed</c>, <c>perl</c> or <c>words</c>.</summary>
    [JsonPropertyName("mode")] public string? Mode { get; init; }

    /// <summary>Ignores upper and lower case.</summary>
    [JsonPropertyName("ignore_case")] public bool? IgnoreCase { get; init; }

    /// <summary>Only whole words match.</summary>
    [JsonPropertyName("word")] public bool? Word { get; init; }

    /// <summary>Only whole lines match.</summary>
    [JsonPropertyName("line")] public bool? Line { get; init; }

    /// <summary>Finds the lines that do not match.</summary>
    [JsonPropertyName("invert")] public bool? Invert { get; init; }

    /// <summary>Lines of context before each match, 0..1,000; null: as <see cref="Context"/>.</summary>
    [JsonPropertyName("before")] public int? Before { get; init; }

    /// <summary>Lines of context after each match, 0..1,000; null: as <see cref="Context"/>.</summary>
    [JsonPropertyName("after")] public int? After { get; init; }

    /// <summary>Lines of context on both sides, 0..1,000; null: none.</summary>
    [JsonPropertyName("context")] public int? Context { get; init; }

    /// <summary>Matches in one answer, 1..10,000; null: 100. A stream of matches takes any number; null: all.</summary>
    [JsonPropertyName("limit")] public int? Limit { get; init; }

    /// <summary>Matches per dictionary, 1..10,000; null: no limit.</summary>
    [JsonPropertyName("max_per_dictionary")] public int? MaxPerDictionary { get; init; }

    /// <summary><c>name</c> (the default), or <c>newest</c>: the most recently changed dictionaries first.</summary>
    [JsonPropertyName("order")] public string? Order { get; init; }

    /// <summary>The <see cref="SearchReply.Next"/> of an earlier answer to the same question: continues there.</summary>
    [JsonPropertyName("cursor")] public string? Cursor { get; init; }

    /// <summary>Only the number of all matches.</summary>
    [JsonPropertyName("count_only")] public bool? CountOnly { get; init; }

    /// <summary>The parameters that choose lines, and not where, how many or in which order.</summary>
    internal static readonly string[] OfLines = ["q", "mode", "ignore_case", "word", "line", "invert"];

    static readonly string[] Modes = ["basic", "extended", "fixed", "perl", "words"]; // in the order of SearchMode
    static readonly string[] Orders = ["name", "newest"]; // in the order of SearchOrder

    /// <summary>The parameters, for the route table.</summary>
    internal static IReadOnlyList<Parameter> Parameters { get; } =
    [
        new("q", "What to look for: 1..1,024 characters, no newline, no NUL.", Required: true, Min: 1, Max: SearchQuery.MaxTerm),
        new("dictionary",
            "A name, a folder, or a glob such as *.txt or notes/**/*.{md,txt}; with ! before it, an exclusion. May be repeated. "
            + "Absent: all but skipped ones.",
            "string[]"),
        new("mode", "How q is read: basic (default), extended, fixed, perl, or words: every word of it on the line, in any order.",
            OneOf: Modes),
        new("ignore_case", "Ignores upper and lower case. Default false.", "boolean"),
        new("word", "Only whole words match. Default false.", "boolean"),
        new("line", "Only whole lines match. Default false.", "boolean"),
        new("invert", "Finds the lines that do not match. Default false.", "boolean"),
        new("before", "Lines of context before each match, 0..1,000. Default: context.", "integer", Min: 0, Max: SearchQuery.MaxContext),
        new("after", "Lines of context after each match, 0..1,000. Default: context.", "integer", Min: 0, Max: SearchQuery.MaxContext),
        new("context", "Lines of context on both sides, 0..1,000. Default 0.", "integer", Min: 0, Max: SearchQuery.MaxContext),
        new("limit", "Matches in one answer, 1..10,000. Default 100.", "integer", Min: 1, Max: SearchQuery.MaxLimit),
        new("max_per_dictionary", "Matches per dictionary, 1..10,000. Default: no limit.", "integer",
            Min: 1, Max: SearchQuery.MaxLimit),
        new("order", "The order of the dictionaries: by name (default), or newest first.", OneOf: Orders),
        new("cursor", "The 'next' of an earlier answer to the same question: continues there."),
        new("count_only", "Only the number of all matches. Default false.", "boolean"),
    ];

    /// <summary>Reads a query string.</summary>
    /// <exception cref="ApiError">400: unknown or repeated parameter, wrong type.</exception>
    internal static SearchRequest FromQuery(IReadOnlyList<(string Name, string Value)> query)
    {
        var given = QueryParameters.Read(query, Parameters);
        return new SearchRequest
        {
            Term = given.Text("q"),
            Dictionaries = given.All("dictionary"),
            Mode = given.Text("mode"),
            IgnoreCase = given.Flag("ignore_case"),
            Word = given.Flag("word"),
            Line = given.Flag("line"),
            Invert = given.Flag("invert"),
            Before = given.Integer("before"),
            After = given.Integer("after"),
            Context = given.Integer("context"),
            Limit = given.Integer("limit"),
            MaxPerDictionary = given.Integer("max_per_dictionary"),
            Order = given.Text("order"),
            Cursor = given.Text("cursor"),
            CountOnly = given.Flag("count_only"),
        };
    }

    /// <summary>What of it chooses lines, and the dictionaries.</summary>
    internal SearchRequest LinesAlone => new()
    {
        Term = Term,
        Dictionaries = Dictionaries,
        Mode = Mode,
        IgnoreCase = IgnoreCase,
        Word = Word,
        Line = Line,
        Invert = Invert,
    };

    /// <exception cref="ApiError">400: a value out of its range.</exception>
    internal SearchQuery ToQuery()
    {
        var context = ValueRules.InRange(Context ?? 0, 0, SearchQuery.MaxContext, "context");
        var query = new SearchQuery
        {
            Term = SearchQuery.CheckTerm(Term, "q"),
            Dictionaries = Dictionaries ?? [],
            Mode = (SearchMode)Choice(Mode, Modes, "mode"),
            IgnoreCase = IgnoreCase ?? false,
            Word = Word ?? false,
            Line = Line ?? false,
            Invert = Invert ?? false,
            Before = ValueRules.InRange(Before ?? context, 0, SearchQuery.MaxContext, "before"),
            After = ValueRules.InRange(After ?? context, 0, SearchQuery.MaxContext, "after"),
            Limit = ValueRules.InRange(Limit ?? SearchQuery.DefaultLimit, 1, SearchQuery.MaxLimit, "limit"),
            MaxPerDictionary = MaxPerDictionary is { } max
                ? ValueRules.InRange(max, 1, SearchQuery.MaxLimit, "max_per_dictionary")
                : null,
            Order = (SearchOrder)Choice(Order, Orders, "order"),
            Cursor = Cursor,
            CountOnly = CountOnly ?? false,
        };
        if (query.Mode == SearchMode.Words) CheckWords(query);
        return query;
    }

    static void CheckWords(SearchQuery query)
    {
        if (Words.Of(query.Term).Count == 0) throw ApiError.BadRequest("'q' contains no words; expected at least one.");
        if (query.Line) throw ApiError.BadRequest("'line' has no effect in mode words; leave it out.");
    }

    static int Choice(string? given, string[] choices, string name) =>
        given is null ? 0 : Array.IndexOf(choices, ValueRules.OneOf(given, choices, name));

    /// <summary>A question as a client could have asked it; the members that came later are there where they say something.</summary>
    internal static SearchRequest Of(SearchQuery query) => new()
    {
        Term = query.Term,
        Dictionaries = query.Dictionaries,
        Mode = query.Mode.ToString().ToLowerInvariant(),
        IgnoreCase = query.IgnoreCase,
        Word = query.Word,
        Line = query.Line,
        Invert = query.Invert,
        Before = query.Before,
        After = query.After,
        Limit = query.Limit,
        MaxPerDictionary = query.MaxPerDictionary,
        Order = query.Order == SearchOrder.Name ? null : Orders[(int)query.Order],
        Cursor = query.Cursor,
        CountOnly = query.CountOnly,
    };
}
