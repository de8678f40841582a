// One condition on movies, as in release_year=gte.1990. Column and operator come from closed lists and are the only words that
// get into the SQL; the value is a parameter, always.

using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Movies;

internal sealed record MovieFilter(string Column, string Operator, IReadOnlyList<object> Values)
{
    const int MaxValues = 100;

    /// <summary>The columns that can be asked and sorted by.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["title", "genre", "expiry_date", "release_year"];

    static readonly Dictionary<string, string> Operators = new()
    {
        ["eq"] = "=",
        ["neq"] = "<>",
        ["lt"] = "<",
        ["lte"] = "<=",
        ["gt"] = ">",
        ["gte"] = ">=",
        ["like"] = "LIKE",
        ["in"] = "IN",
    };

    public static MovieFilter Equal(string column, object value) => new(column, "eq", [value]);

    /// <summary>Reads <c>gte.1990</c>, <c>like.The *</c>, <c>in.(Drama,"a, b")</c>.</summary>
    /// <exception cref="ApiError">400.</exception>
    public static MovieFilter Parse(string column, string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !Operators.ContainsKey(text[..dot]))
        {
            throw ApiError.BadRequest(
                $"'{column}' must be an operator, a dot and a value, such as {column}=eq.VALUE; " +
                $"operators are {string.Join(", ", Operators.Keys)}. It was '{Printable.Excerpt(text, 64)}'.");
        }
        var (name, value) = (text[..dot], text[(dot + 1)..]);
        if (name == "like" && column is not ("title" or "genre"))
            throw ApiError.BadRequest($"'{column}' is not a text column: like is for title and genre.");
        return name switch
        {
            "in" => new MovieFilter(column, name, [.. List(column, value).Select(one => Value(column, one))]),
            "like" => new MovieFilter(column, name, [Pattern(MovieFields.CheckText(value, column))]),
            _ => new MovieFilter(column, name, [Value(column, value)]),
        };
    }

    /// <summary>The condition, its values added to the parameters.</summary>
    public string ToSql(List<(string Name, object? Value)> parameters)
    {
        List<string> names = [];
        foreach (var value in Values)
        {
            var name = $"p{parameters.Count}";
            parameters.Add((name, value));
            names.Add($"@{name}");
        }
        return Operator switch
        {
            "in" => $"{Column} IN ({string.Join(", ", names)})",
            "like" => $"{Column} LIKE {names[0]} ESCAPE '\\'",
            _ => $"{Column} {Operators[Operator]} {names[0]}",
        };
    }

    /// <summary>All that makes it this filter and no other.</summary>
    public IEnumerable<string> Parts =>
        [Column, Operator, $"{Values.Count}", .. Values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)!)];

    static object Value(string column, string text) => column switch
    {
        "release_year" => ValueRules.Integer<long>(text, column),
        "expiry_date" => MovieFields.CheckDate(text, column),
        _ => MovieFields.CheckText(text, column),
    };

    /// <summary><c>*</c> stands for anything; what SQL would take for a wildcard stands for itself.</summary>
    static string Pattern(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal)
        .Replace('*', '%');

    /// <summary><c>(a,"b, c")</c>: commas part values; in double quotes they do not, and <c>\"</c> is a quote.</summary>
    static List<string> List(string column, string text)
    {
        if (text is not ['(', .. var inner, ')'])
            throw ApiError.BadRequest($"'{column}': in needs a list, such as in.(a,b); it was '{Printable.Excerpt(text, 64)}'.");
        List<string> values = [];
        var (value, quoted) = (new System.Text.StringBuilder(), false);
        for (var at = 0; at < inner.Length; at++)
        {
            if (quoted && inner[at] == '\\' && at + 1 < inner.Length) value.Append(inner[++at]);
            else if (inner[at] == '"') quoted = !quoted;
            else if (inner[at] == ',' && !quoted) Next();
            else value.Append(inner[at]);
        }
        if (quoted) throw ApiError.BadRequest($"'{column}': a double quote in the list is not closed.");
        Next();
        return values.Count <= MaxValues ? values : throw ApiError.BadRequest($"'{column}': in takes at most {MaxValues} values.");

        void Next()
        {
            values.Add(value.ToString());
            value.Clear();
        }
    }
}
