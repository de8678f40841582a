// What a search has to read, and how: worked out from the question and from what is known of the files, before anything is read.
// Each part only saves work; with the options that switch it off, the same lines are found.

namespace TinyGrepServer.Search;

/// <param name="Dictionaries">The dictionaries that may hold a match, in order.</param>
/// <param name="Scan">How the scan in process is asked; null: grep answers.</param>
/// <param name="Grep">How grep is asked; null: the scan answers.</param>
internal sealed record SearchPlan(IReadOnlyList<Candidate> Dictionaries, ScanPlan? Scan, GrepPlan? Grep)
{
    /// <summary>Up to this many bytes, searching is faster than asking the sieve.</summary>
    const long Small = 64 << 10;

    /// <summary>Plans the search for a question.</summary>
    public static SearchPlan Of(Question question, SearchSettings settings, Sieve sieve)
    {
        var (query, scope) = (question.Query, question.Scope);
        var isAuto = settings.Engine == SearchEngine.Auto;
        var term = isAuto ? ScanTerm.Of(query) : null;
        var isSieved = scope.Set.Bytes > Small && IsOfTheSieve(question, settings);
        var literals = isSieved || (isAuto && term is null) ? PatternLiterals.Of(query) : null;
        var mask = isSieved && literals is not null ? sieve.Ask(literals) : null;
        var candidates = Candidates.Of(scope.Files, scope.From?.Dictionary ?? 0, mask, query.IgnoreCase);
        var decoding = question.IsDecoded(settings) ? DecodingFor(query) : null;
        if (term is not null && decoding is not null && candidates.Exists(candidate => decoding.Needed(candidate))) term = null;
        return term is null
            ? new SearchPlan(candidates, null, ByGrep(question, isAuto ? literals : null, isAuto, decoding))
            : new SearchPlan(candidates, ByScan(query, term), null);
    }

    static ScanPlan ByScan(SearchQuery query, byte[] term) => new()
    {
        Term = term,
        Before = query.Before,
        After = query.After,
        CountOnly = query.CountOnly,
        MaxPerDictionary = query.MaxPerDictionary + 1L,
    };

    static GrepPlan ByGrep(Question question, PatternLiterals? filtered, bool splits, TextDecoding? decoding)
    {
        var query = question.Query;
        return new GrepPlan
        {
            Command = GrepCommand.Of(question, query.MaxPerDictionary + 1L),
            Filter = filtered is null ? null : new LineFilter(filtered, query.IgnoreCase),
            RefusesLongLines = question.Form == AnswerForm.Entries,
            SplitsLongTexts = splits && !query.Invert,
            IsAscii = AsciiLocale.Fits(query) ? static file => file.Facts is { IsAscii: true, IsWithdrawn: false } : null,
            Decoding = decoding,
        };
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
