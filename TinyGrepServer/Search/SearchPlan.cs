// What a search has to look at, and how: worked out from the question and from what is known of the files, before anything is read.
// Each part of it only ever saves work; with the options that switch them off the same lines are found.

namespace TinyGrepServer.Search;

/// <param name="Scan">How the scan in process is asked; null: grep answers.</param>
/// <param name="Dictionaries">The dictionaries that may hold a match, in order.</param>
/// <param name="Grep">How grep is asked.</param>
internal sealed record SearchPlan(ScanPlan? Scan, IReadOnlyList<Candidate> Dictionaries, GrepPlan Grep)
{
    /// <summary>Plans the search for a question.</summary>
    public static SearchPlan Of(Question question, SearchSettings settings, Sieve sieve)
    {
        var (query, scope) = (question.Query, question.Scope);
        var isAuto = settings.Engine == SearchEngine.Auto;
        var literals = PatternLiterals.Of(query);
        var decoding = question.IsDecoded(settings) ? DecodingFor(query) : null;
        var mask = literals is null || !IsOfTheSieve(question, settings) ? null : sieve.Ask(literals);
        var candidates = Candidates.Of(scope.Files, scope.From?.Dictionary ?? 0, mask, query.IgnoreCase);
        var term = isAuto ? ScanTerm.Of(query) : null;
        if (term is not null && decoding is not null && candidates.Exists(candidate => decoding.Needed(candidate))) term = null;
        var scan = term is null ? null : new ScanPlan
        {
            Term = term,
            Before = query.Before,
            After = query.After,
            CountOnly = query.CountOnly,
            MostPerDictionary = query.MostPerDictionary + 1L,
        };
        return new SearchPlan(scan, candidates, new GrepPlan
        {
            Command = GrepCommand.Of(question, query.MostPerDictionary + 1L),
            Filter = isAuto && literals is not null ? new LineFilter(literals, query.IgnoreCase) : null,
            RefusesLongLines = question.Form == AnswerForm.Entries,
            SplitsLongTexts = isAuto && !query.Invert,
            IsAscii = AsciiLocale.Fits(query) ? static file => file.Facts is { IsAscii: true, IsWithdrawn: false } : null,
            Decoding = decoding,
        });
    }

    /// <summary>Whether the text that is searched is what the sieve has read: the first API never decodes, the sieve does.</summary>
    static bool IsOfTheSieve(Question question, SearchSettings settings) =>
        question.Form != AnswerForm.Entries || !settings.Decode || question.Scope.Files[0].Facts is null or { Form: TextForm.Plain };

    /// <summary>Carriage returns have to go before grep sees the lines only where it looks at their ends.</summary>
    static TextDecoding DecodingFor(SearchQuery query)
    {
        var endsMatter = LineEnds.Matter(query);
        return new TextDecoding(
            candidate => candidate.File.Form is not (TextForm.Plain or TextForm.Binary)
                || (endsMatter && candidate.File.Facts is not { HasCarriageReturns: false }),
            static (file, candidate, part) => TextSources.Open(file, candidate.File.Form ?? TextForm.Plain, keepReturns: false, part));
    }
}
