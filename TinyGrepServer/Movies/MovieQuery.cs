// A query for a list of movies: filters, order, and where the last page ended. A page begins after the last movie of the page before, by
// value and not by offset, so movies added or deleted in between cause neither gaps nor repeats.

using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using TinyGrepServer.Server;

namespace TinyGrepServer.Movies;

internal sealed record MovieQuery
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1_000;
    const int MaxFilters = 20;
    const string Operators =
        "operator.value; operators are eq, neq, lt, lte, gt, gte, like (* for anything; texts only), in.(a,b). " +
        "May be repeated: all must hold.";

    public IReadOnlyList<MovieFilter> Filters { get; init; } = [];

    /// <summary>Columns and whether they go down; the id comes last, so that the order is total.</summary>
    public IReadOnlyList<(string Column, bool Down)> Sort { get; init; } = [("id", false)];

    public int Limit { get; init; } = DefaultLimit;

    /// <summary>The sort columns of the movie the page begins after.</summary>
    public IReadOnlyList<object>? After { get; init; }

    public static IReadOnlyList<Parameter> Parameters { get; } =
    [
        .. MovieFilter.Columns.Select(column => new Parameter(column, Operators, "string[]")),
        new("sort", "Comma-separated columns, - before one to sort descending: -release_year,title. Absent: in the order they were added."),
        new("limit", "Movies in one answer, 1..1,000. Default 100.", "integer"),
        new("cursor", "The 'next' of an earlier answer to the same question: continues there."),
    ];

    /// <exception cref="ApiError">400.</exception>
    public static MovieQuery Parse(IReadOnlyList<(string Name, string Value)> query)
    {
        var given = QueryParameters.Read(query, Parameters);
        var filters = query.Where(pair => MovieFilter.Columns.Contains(pair.Name))
            .Select(pair => MovieFilter.Parse(pair.Name, pair.Value))
            .ToList();
        if (filters.Count > MaxFilters) throw ApiError.BadRequest($"At most {MaxFilters} filters are allowed.");
        var asked = new MovieQuery
        {
            Filters = filters,
            Sort = given.Text("sort") is { } sort ? ParseSort(sort) : [("id", false)],
            Limit = given.Integer("limit", 1, MaxLimit) ?? DefaultLimit,
        };
        return given.Text("cursor") is { } cursor ? asked with { After = asked.ParseCursor(cursor) } : asked;
    }

    /// <summary>WHERE, ORDER BY and LIMIT for one movie more than the page has.</summary>
    public string ToSql(List<(string Name, object? Value)> parameters)
    {
        var conditions = Filters.Select(filter => filter.ToSql(parameters)).ToList();
        if (After is not null) conditions.Add(AfterToSql(parameters));
        var where = conditions.Count > 0 ? $"WHERE {string.Join(" AND ", conditions)}" : "";
        var order = string.Join(", ", Sort.Select(one => one.Down ? $"{one.Column} DESC" : one.Column));
        return string.Create(CultureInfo.InvariantCulture, $"{where} ORDER BY {order} LIMIT {Limit + 1}");
    }

    /// <summary>The cursor of a page that ends with this movie.</summary>
    public string CursorAfter(Movie last)
    {
        var values = Sort.Select(one => Convert.ToString(ValueOf(last, one.Column), CultureInfo.InvariantCulture)!);
        List<string> parts = [Fingerprint(), .. values];
        return Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(parts, MoviesJson.Default.ListString));
    }

    /// <summary>(a > x) OR (a = x AND b > y) OR …</summary>
    string AfterToSql(List<(string Name, object? Value)> parameters)
    {
        for (var at = 0; at < Sort.Count; at++) parameters.Add(($"k{at}", After![at]));
        var cases = Sort.Select((last, at) =>
        {
            var equal = Sort.Take(at).Select((one, before) => $"{one.Column} = @k{before}");
            return $"({string.Join(" AND ", equal.Append($"{last.Column} {(last.Down ? "<" : ">")} @k{at}"))})";
        });
        return $"({string.Join(" OR ", cases)})";
    }

    object[] ParseCursor(string cursor)
    {
        try
        {
            var json = StrictBase64Url.Decode(cursor) ?? throw new FormatException();
            var parts = JsonSerializer.Deserialize(json, MoviesJson.Default.ListString);
            if (parts is null || parts.Count != Sort.Count + 1 || parts.Contains(null!)) throw new FormatException();
            if (parts[0] != Fingerprint())
                throw ApiError.BadRequest("'cursor' belongs to another question; use it with the same filters and the same sort.");
            return
            [
                .. Sort.Zip(parts.Skip(1)).Select(pair => pair.First.Column == "release_year"
                    ? (object)long.Parse(pair.Second, CultureInfo.InvariantCulture)
                    : MovieFields.CheckText(pair.Second, "cursor")),
            ];
        }
        catch (Exception refused) when (refused is FormatException or JsonException or OverflowException)
        {
            throw ApiError.BadRequest("'cursor' must be the 'next' of an earlier answer.");
        }
    }

    string Fingerprint()
    {
        List<string> question = [.. Filters.SelectMany(filter => filter.Parts), .. Sort.Select(one => $"{one.Column} {one.Down}")];
        var hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(question, MoviesJson.Default.ListString));
        return Base64Url.EncodeToString(hash.AsSpan(0, 9));
    }

    static object ValueOf(Movie movie, string column) => column switch
    {
        "title" => movie.Title,
        "genre" => movie.Genre,
        "expiry_date" => movie.ExpiryDate,
        "release_year" => movie.ReleaseYear,
        _ => movie.Id,
    };

    static List<(string, bool)> ParseSort(string text)
    {
        List<(string Column, bool Down)> sort = [];
        foreach (var part in text.Split(','))
        {
            var (column, down) = part is ['-', .. var rest] ? (rest, true) : (part, false);
            if (!MovieFilter.Columns.Contains(column) || sort.Exists(one => one.Column == column))
            {
                throw ApiError.BadRequest(
                    $"'sort' must be any of {string.Join(", ", MovieFilter.Columns)}, each once, comma-separated, " +
                    $"with - before one to sort descending; not '{Printable.Excerpt(text, 64)}'.");
            }
            sort.Add((column, down));
        }
        sort.Add(("id", false));
        return sort;
    }
}
