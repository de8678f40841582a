// search TERM PATH… on the command line: the full API's question in options.

using System.CommandLine;
using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>What the command line asks.</summary>
/// <param name="Request">The question.</param>
/// <param name="Paths">The files and folders to search; none: the folder of the settings.</param>
/// <param name="Form">How the answer is printed.</param>
internal sealed record SearchWish(SearchRequest Request, IReadOnlyList<string> Paths, AnswerForm Form)
{
    /// <summary>Whether lines are wanted as they are written, until somebody stops it.</summary>
    public bool Follows { get; init; }

    /// <summary>How many matches from before now come first where it follows.</summary>
    public int Last { get; init; }
}

/// <summary>Declares the verb and reads it back as a request.</summary>
internal sealed class SearchCommand
{
    readonly Argument<string> term = new("TERM")
    {
        Description = "What to look for. Write -- before a term that begins with a dash.",
    };

    readonly Argument<string[]> paths = new("PATH")
    {
        Description = "Files and folders to search. Default: the folder of --dicts.",
    };

    readonly Option<string[]> dictionary = Values(
        "--dictionary", "NAME", "A name in the folder, a folder in it, or a glob; may be repeated. Default: all but skipped ones.");

    readonly Option<string[]> exclude = Values("--exclude", "NAME", "The same, to exclude; may be repeated.");

    readonly Option<string?> mode = Value(
        "--mode", "MODE", "How the term is read: basic, extended, fixed, perl, or words: all of them on the line. Default basic.");
    readonly Option<bool> ignoreCase = Flag("--ignore-case", "Ignore upper and lower case.");
    readonly Option<bool> word = Flag("--word", "Only whole words match.");
    readonly Option<bool> line = Flag("--line", "Only whole lines match.");
    readonly Option<bool> invert = Flag("--invert", "Find the lines that do not match.");
    readonly Option<string?> before = Value("--before", "N", "Lines of context before each match, 0..1000.");
    readonly Option<string?> after = Value("--after", "N", "Lines of context after each match, 0..1000.");
    readonly Option<string?> context = Value("--context", "N", "Lines of context on both sides, 0..1000.");
    readonly Option<string?> limit = Value("--limit", "N", "Maximum number of matches, 1..10000. Default 100.");
    readonly Option<string?> max = Value("--max-per-dictionary", "N", "Maximum number of matches per file, 1..10000. Default: no limit.");
    readonly Option<string?> order = Value("--order", "ORDER", "The order of files: name, or newest first. Default name.");
    readonly Option<bool> countOnly = Flag("--count-only", "Print only the number of all matches.");
    readonly Option<bool> count = Flag("--count", "Print the number of matches for each file that has any.");
    readonly Option<bool> files = Flag("--files", "Print only the names of the files that have a match.");
    readonly Option<bool> follow = Flag("--follow", "Print each new line that matches as it is written, across rotation, until Ctrl-C.");
    readonly Option<string?> last = Value("--last", "N", "With --follow: how many earlier matches to print first, 0..1000. Default 0.");
    readonly Option<bool> json = Flag("--json", "Print the full API's JSON answer.");

    public SearchCommand() =>
        Command = new Command(
            "search", "Search without a server. Prints dictionary:line:text; exit code 0 found, 1 nothing found, 2 error.")
        {
            term, paths, dictionary, exclude, mode, ignoreCase, word, line, invert, before, after, context, limit, max, order,
            countOnly, count, files, follow, last, json,
        };

    public Command Command { get; }

    /// <exception cref="UsageError">An option without its integer, or options that exclude each other.</exception>
    public SearchWish Read(ParseResult parsed)
    {
        var (onlyNames, onlyCounts) = (parsed.GetValue(files), parsed.GetValue(count));
        Option<bool>[] alternatives = [countOnly, count, files];
        Option<bool>[] given = [.. alternatives.Where(parsed.GetValue)];
        if (given.Length > 1) throw new UsageError($"{given[0].Name} and {given[1].Name} exclude each other.");
        if (onlyNames && parsed.GetValue(json)) throw new UsageError("--files and --json exclude each other.");
        if (parsed.GetValue(follow)) return ReadFollow(parsed);
        if (parsed.GetValue(last) is not null) throw new UsageError("--last needs --follow.");
        return new SearchWish(
            ReadRequest(parsed) with
            {
                CountOnly = onlyCounts || parsed.GetValue(countOnly),
                MaxPerDictionary = onlyNames ? 1 : Integer(parsed, max),
            },
            parsed.GetValue(paths) ?? [],
            parsed.GetValue(json) ? AnswerForm.Json : onlyNames ? AnswerForm.Names : onlyCounts ? AnswerForm.Counts : AnswerForm.Text);
    }

    SearchWish ReadFollow(ParseResult parsed)
    {
        Option[] others = [before, after, context, limit, max, order, countOnly, count, files];
        if (others.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other)
            throw new UsageError($"--follow and {other.Name} exclude each other.");
        var form = parsed.GetValue(json) ? AnswerForm.Ndjson : AnswerForm.Text;
        return new SearchWish(ReadRequest(parsed), parsed.GetValue(paths) ?? [], form)
        {
            Follows = true,
            Last = Integer(parsed, last) ?? 0,
        };
    }

    SearchRequest ReadRequest(ParseResult parsed) => new()
    {
        Term = parsed.GetValue(term),
        Dictionaries = [.. parsed.GetValue(dictionary) ?? [], .. (parsed.GetValue(exclude) ?? []).Select(one => "!" + one)],
        Mode = parsed.GetValue(mode),
        IgnoreCase = parsed.GetValue(ignoreCase),
        Word = parsed.GetValue(word),
        Line = parsed.GetValue(line),
        Invert = parsed.GetValue(invert),
        Before = Integer(parsed, before),
        After = Integer(parsed, after),
        Context = Integer(parsed, context),
        Limit = Integer(parsed, limit),
        Order = parsed.GetValue(order),
    };

    static Option<string?> Value(string name, string form, string description) => new(name) { Description = description, HelpName = form };

    static Option<string[]> Values(string name, string form, string description) =>
        new(name) { Description = description, HelpName = form };

    static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    static int? Integer(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw new UsageError($"{option.Name}: expected an integer, not '{text}'."),
    };
}
