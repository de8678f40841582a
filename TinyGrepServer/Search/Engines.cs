// Chooses what answers a question: grep, or the scan in process where --engine auto allows it and the term has no meaning
// as a regular expression.

using System.Text;

namespace TinyGrepServer.Search;

internal sealed class Engines(SearchSettings settings, Grep grep)
{
    const string ByGrep = "grep";
    const string ByScan = "scan";

    /// <summary>A question of the first API; an empty term stands for all lines.</summary>
    public Question ForEntries(string term, int before, int after, long? most, DictionaryFile file)
    {
        var grouped = before + after > 0;
        var literal = Literal(new SearchQuery { Term = term });
        return new Question
        {
            Text = $"entries {before} {after} {most} {term}",
            Files = [file],
            Engine = literal is null ? ByGrep : ByScan,
            NewAnswer = () => new EntriesAnswer(most, grouped, file.Name),
            NewRun = ticket => literal is null
                ? new GrepRun(grep, GrepCommand.ForEntries(term, before, after, grouped ? null : most), [file], ticket, 0)
                : new ScanRun(literal, before, after, countOnly: false, [file], ticket, 0),
        };
    }

    /// <summary>A question of the full API.</summary>
    public Question ForMatches(SearchQuery query, SearchScope scope, bool ndjson) => new()
    {
        Text = $"{(ndjson ? "ndjson" : "json")} {scope.AllReadable} {Encoding.UTF8.GetString(query.ToJson())}",
        Files = scope.Files,
        Engine = Literal(query) is null ? ByGrep : ByScan,
        NewAnswer = () => new MatchesAnswer(query, scope.Files, scope.From, scope.AllReadable, ndjson),
        NewRun = ticket => Run(query, scope, ticket),
    };

    ISearchRun Run(SearchQuery query, SearchScope scope, SearchTicket ticket)
    {
        var skipped = scope.From?.Dictionary ?? 0;
        if (Literal(query) is { } literal) return new ScanRun(literal, query.Before, query.After, query.CountOnly, scope.Files, ticket, skipped);
        var command = query.CountOnly ? GrepCommand.ForCount(query) : GrepCommand.ForMatches(query, query.Limit + 1L + (scope.From?.Seen ?? 0));
        return new GrepRun(grep, command, scope.Files, ticket, skipped);
    }

    byte[]? Literal(SearchQuery query) => settings.Engine == SearchEngine.Auto ? ScanTerm.Of(query) : null;
}
