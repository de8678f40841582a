// The parameters of one request, checked against those its route takes: a misspelt name or a second value is never silently ignored.
// Values are read by name, and a refusal names the parameter, what was expected and what was sent. The caller that reads a value gives
// its range and default.

using System.Numerics;

namespace TinyGrepServer.Server;

internal sealed class QueryParameters
{
    readonly ILookup<string, string> given;

    QueryParameters(ILookup<string, string> given) => this.given = given;

    /// <summary>Checks a query against the parameters it may have.</summary>
    /// <param name="query">Names and values, decoded.</param>
    /// <param name="known">A trailing <c>[]</c> of <see cref="Parameter.Type"/> allows any number of values, else one is the most.</param>
    /// <exception cref="ApiError">400: an unknown parameter, or one given twice.</exception>
    public static QueryParameters Read(IReadOnlyList<(string Name, string Value)> query, IReadOnlyList<Parameter> known)
    {
        HashSet<string> seen = [];
        foreach (var (name, _) in query)
        {
            if (known.FirstOrDefault(one => one.Name == name) is not { } parameter) throw Unknown(name, known);
            if (!seen.Add(name) && !parameter.Type.EndsWith("[]", StringComparison.Ordinal))
                throw ApiError.BadRequest($"The parameter '{name}' is given twice.");
        }
        return new(query.ToLookup(pair => pair.Name, pair => pair.Value));
    }

    /// <summary>The value, or null where it was not given.</summary>
    public string? Text(string name) => given[name].FirstOrDefault();

    /// <summary>All values of a parameter that may be repeated, in order.</summary>
    public IReadOnlyList<string> All(string name) => [.. given[name]];

    /// <summary><c>true</c>, <c>1</c> or <c>on</c>; <c>false</c>, <c>0</c> or <c>off</c>; null where it was not given.</summary>
    /// <exception cref="ApiError">400: anything else.</exception>
    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" or "1" or "on" => true,
        "false" or "0" or "off" => false,
        var other => throw ValueRules.Refusal(name, "true or false", other),
    };

    /// <summary>An integer of 32 bits, with or without a sign; null where it was not given.</summary>
    /// <exception cref="ApiError">400: no integer.</exception>
    public int? Integer(string name) => Text(name) is { } text ? ValueRules.Integer<int>(text, name) : null;

    /// <summary>An integer within its range, written in digits alone; null where it was not given.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="min">The least value, 0 or more.</param>
    /// <param name="max">The greatest; null: whatever <typeparamref name="T"/> holds.</param>
    /// <param name="unit">What it counts, where the name does not say.</param>
    /// <exception cref="ApiError">400: no integer, or out of range.</exception>
    public T? Integer<T>(string name, T min, T? max = null, string? unit = null)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> =>
        Text(name) is { } text ? ValueRules.Integer(text, name, min, max, unit) : null;

    static ApiError Unknown(string name, IReadOnlyList<Parameter> known) => ApiError.BadRequest(
        $"Unknown parameter '{Printable.Excerpt(name, 64)}'; there are {string.Join(", ", known.Select(parameter => parameter.Name))}.");
}
