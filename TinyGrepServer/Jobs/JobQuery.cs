// A query for a list of jobs. The newest come first; a page continues after the last id of the page before.

using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Jobs;

internal sealed record JobQuery
{
    const int DefaultLimit = 50;
    const int MaxLimit = 200; // an input can have 16 KiB

    public string? State { get; init; }

    public string? Kind { get; init; }

    /// <summary>The id of the last job of the page before.</summary>
    public string? Cursor { get; init; }

    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Whose jobs; null: everybody's.</summary>
    public string? Owner { get; init; }

    public static IReadOnlyList<Parameter> Parameters { get; } =
    [
        new("state", $"Only those in this state: {string.Join(", ", JobState.All)}."),
        new("kind", "Only those of this kind."),
        new("limit", $"Jobs in one answer, 1..{MaxLimit}. Default {DefaultLimit}.", "integer"),
        new("cursor", "The 'next' of an earlier answer: continues there."),
    ];

    /// <exception cref="ApiError">400.</exception>
    public static JobQuery Parse(IReadOnlyList<(string Name, string Value)> query, string? owner)
    {
        var given = QueryParameters.Read(query, Parameters);
        return new JobQuery
        {
            Owner = owner,
            State = given.Text("state") is { } state ? ValueRules.OneOf(state, JobState.All, "state") : null,
            Kind = given.Text("kind") is { } kind ? CheckKind(kind) : null,
            Limit = given.Integer("limit", 1, MaxLimit) ?? DefaultLimit,
            Cursor = given.Text("cursor") is { } cursor ? CheckCursor(cursor) : null,
        };
    }

    /// <summary>A kind's name; one that no server has names no job.</summary>
    /// <exception cref="ApiError">400.</exception>
    public static string CheckKind(string kind) =>
        kind.Contains('\0', StringComparison.Ordinal)
            ? throw ApiError.BadRequest("'kind' must not contain the character U+0000.")
            : kind;

    /// <summary>WHERE, ORDER BY and LIMIT for one job more than the page has.</summary>
    public string ToSql(List<(string Name, object? Value)> parameters)
    {
        List<string> conditions = [];
        Add("user_name = @Owner", "Owner", Owner);
        Add("state = @State", "State", State);
        Add("kind = @Kind", "Kind", Kind);
        Add("id < @Cursor", "Cursor", Cursor);
        var where = conditions.Count > 0 ? $"WHERE {string.Join(" AND ", conditions)}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{where} ORDER BY id DESC LIMIT {Limit + 1}");

        void Add(string condition, string name, string? value)
        {
            if (value is null) return;
            conditions.Add(condition);
            parameters.Add((name, value));
        }
    }

    static string CheckCursor(string text) =>
        Guid.TryParseExact(text, "D", out var id)
            ? id.ToString()
            : throw ApiError.BadRequest("'cursor' must be the 'next' of an earlier answer.");
}
