// A question of the full API as it stands in a query string or in a JSON body: the same names in both.

using System.Text.Json;
using System.Text.Json.Serialization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>What a client may ask of <c>/api/v1/search</c>; absent members have their defaults.</summary>
public sealed record SearchRequest
{
    [JsonPropertyName("q")] public string? Term { get; init; }

    [JsonPropertyName("dictionary"), JsonConverter(typeof(OneOrMany))] public IReadOnlyList<string>? Dictionaries { get; init; }

    [JsonPropertyName("mode")] public string? Mode { get; init; }

    [JsonPropertyName("ignore_case")] public bool? IgnoreCase { get; init; }

    [JsonPropertyName("word")] public bool? Word { get; init; }

    [JsonPropertyName("line")] public bool? Line { get; init; }

    [JsonPropertyName("invert")] public bool? Invert { get; init; }

    [JsonPropertyName("before")] public int? Before { get; init; }

    [JsonPropertyName("after")] public int? After { get; init; }

    [JsonPropertyName("context")] public int? Context { get; init; }

    [JsonPropertyName("limit")] public int? Limit { get; init; }

    [JsonPropertyName("cursor")] public string? Cursor { get; init; }

    [JsonPropertyName("count_only")] public bool? CountOnly { get; init; }

    /// <summary>The parameters, for the route table.</summary>
    internal static IReadOnlyList<Parameter> Parameters { get; } =
    [
        new("q", "What to look for: 1..1,024 characters, no newline, no NUL.", Required: true, Least: 1, Most: SearchQuery.MaxTerm),
        new("dictionary", "A name in the folder, or a glob such as notes/*.txt; may be repeated. Absent: all but skipped ones.",
            "string[]"),
        new("mode", "How q is read: basic (default), extended, fixed or perl.", OneOf: ["basic", "extended", "fixed", "perl"]),
        new("ignore_case", "Upper and lower case are the same. Default false.", "boolean"),
        new("word", "Only whole words match. Default false.", "boolean"),
        new("line", "Only whole lines match. Default false.", "boolean"),
        new("invert", "Finds the lines that do not match. Default false.", "boolean"),
        new("before", "Lines of context before each match, 0..1,000. Default: context.", "integer", Least: 0, Most: SearchQuery.MaxContext),
        new("after", "Lines of context after each match, 0..1,000. Default: context.", "integer", Least: 0, Most: SearchQuery.MaxContext),
        new("context", "Lines of context on both sides, 0..1,000. Default 0.", "integer", Least: 0, Most: SearchQuery.MaxContext),
        new("limit", "Matches in one answer, 1..10,000. Default 100.", "integer", Least: 1, Most: SearchQuery.MaxLimit),
        new("cursor", "The 'next' of an earlier answer to the same question: goes on there."),
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
            Cursor = given.Text("cursor"),
            CountOnly = given.Flag("count_only"),
        };
    }

    /// <exception cref="ApiError">400: a value out of its range.</exception>
    internal SearchQuery ToQuery()
    {
        var context = SearchQuery.CheckRange(Context, 0, SearchQuery.MaxContext, 0, "context");
        return new SearchQuery
        {
            Term = SearchQuery.CheckTerm(Term, "q"),
            Dictionaries = Dictionaries ?? [],
            Mode = Mode switch
            {
                null or "basic" => SearchMode.Basic,
                "extended" => SearchMode.Extended,
                "fixed" => SearchMode.Fixed,
                "perl" => SearchMode.Perl,
                _ => throw ApiError.BadRequest($"'mode' must be basic, extended, fixed or perl, not '{Printable.Excerpt(Mode, 32)}'."),
            },
            IgnoreCase = IgnoreCase ?? false,
            Word = Word ?? false,
            Line = Line ?? false,
            Invert = Invert ?? false,
            Before = SearchQuery.CheckRange(Before, 0, SearchQuery.MaxContext, context, "before"),
            After = SearchQuery.CheckRange(After, 0, SearchQuery.MaxContext, context, "after"),
            Limit = SearchQuery.CheckRange(Limit, 1, SearchQuery.MaxLimit, SearchQuery.DefaultLimit, "limit"),
            Cursor = Cursor,
            CountOnly = CountOnly ?? false,
        };
    }

    /// <summary>A question as a client could have asked it, every member filled in.</summary>
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
        Cursor = query.Cursor,
        CountOnly = query.CountOnly,
    };

    /// <summary>Lets <c>"dictionary":"a.txt"</c> stand for <c>["a.txt"]</c>.</summary>
    internal sealed class OneOrMany : JsonConverter<IReadOnlyList<string>>
    {
        public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String) return [reader.GetString()!];
            if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException();
            List<string> many = [];
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                many.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException());
            }
            return many;
        }

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var one in value) writer.WriteStringValue(one);
            writer.WriteEndArray();
        }
    }
}
