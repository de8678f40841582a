// The question in the address of a page, under the full API's names, and with "in" for its paths. A form sends its defaults before the
// user's choices, so the last of a repeated parameter counts. Unknown ones are ignored here, not refused as in the API: shared links pick
// up tracking parameters on the way.

using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Web;

/// <param name="Parameters">Those that have a value, as the API takes them.</param>
internal sealed record PageQuestion(IReadOnlyList<(string Name, string Value)> Parameters)
{
    /// <summary>Matches of one file that are shown before they are folded.</summary>
    public const int Fold = 5;

    static readonly string[] Known = ["q", "mode", "ignore_case", "word", "line", "invert", "context", "order", "cursor"];
    static readonly string[] OfLines = ["q", "mode", "ignore_case", "word", "line", "invert"];

    public string Term => Value("q") ?? "";

    /// <summary>Names, folders and globs.</summary>
    public IReadOnlyList<string> Paths => [.. Parameters.Where(one => one.Name == "dictionary").Select(one => one.Value)];

    /// <summary>A new question is plain text; a link without a mode has a basic regular expression, as in the API.</summary>
    public string Mode => Value("mode") ?? (Term.Length == 0 ? "fixed" : "basic");

    public bool IgnoresCase => Value("ignore_case") is null ? Term.Length == 0 : IsOn("ignore_case");

    /// <summary>Whether a file's matches are folded: not where one file is asked.</summary>
    public bool Folds => Paths is not [var only] || only.EndsWith('/') || only.IndexOfAny(['*', '?', '[', '{', '!']) >= 0;

    /// <summary>What the API is asked.</summary>
    public IReadOnlyList<(string Name, string Value)> Asked =>
        Folds ? [.. Parameters, ("max_per_dictionary", $"{Fold + 1}")] : Parameters;

    /// <summary>The part that says which lines match; nothing where nothing is asked.</summary>
    public IReadOnlyList<(string Name, string Value)> LineParameters =>
        Term.Length == 0 ? [] : [.. Parameters.Where(one => OfLines.Contains(one.Name))];

    public static PageQuestion Of(Exchange exchange)
    {
        var given = exchange.Query.Where(parameter => parameter.Value.Length > 0).ToLookup(one => one.Name, one => one.Value);
        var paths = given["dictionary"].Concat(given["in"].SelectMany(PagePaths.Split)).Select(path => ("dictionary", path));
        return new([.. Known.Where(given.Contains).Select(name => (name, given[name].Last())), .. paths]);
    }

    public string? Value(string name) =>
        Parameters.Where(parameter => parameter.Name == name).Select(parameter => parameter.Value).FirstOrDefault();

    public bool IsOn(string name) => Value(name) is "1" or "true" or "on";

    /// <summary>The address of the next part of the answer.</summary>
    public string After(string cursor) => Query([.. Parameters.Where(parameter => parameter.Name != "cursor"), ("cursor", cursor)]);

    public static string Query(IEnumerable<(string Name, string Value)> parameters)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in parameters)
            query.Append(query.Length == 0 ? '?' : '&').Append($"{name}={Uri.EscapeDataString(value)}");
        return query.ToString();
    }
}
