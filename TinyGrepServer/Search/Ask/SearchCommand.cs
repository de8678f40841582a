// search TERM on the command line: the full API's question in options.

using System.CommandLine;
using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>Declares the verb and reads it back as a request.</summary>
internal sealed class SearchCommand
{
    readonly Argument<string> term = new("TERM")
    {
        Description = "What to look for. Write -- before a term that begins with a dash.",
    };

    readonly Option<string[]> dictionary = new("--dictionary")
    {
        Description = "A name in the folder, or a glob; may be repeated. Default: all but skipped ones.",
        HelpName = "NAME",
    };

    readonly Option<string?> mode = Value("--mode", "MODE", "How the term is read: basic, extended, fixed or perl. Default basic.");
    readonly Option<bool> ignoreCase = Flag("--ignore-case", "Upper and lower case are the same.");
    readonly Option<bool> word = Flag("--word", "Only whole words match.");
    readonly Option<bool> line = Flag("--line", "Only whole lines match.");
    readonly Option<bool> invert = Flag("--invert", "Find the lines that do not match.");
    readonly Option<string?> before = Value("--before", "N", "Lines of context before each match, 0..1000.");
    readonly Option<string?> after = Value("--after", "N", "Lines of context after each match, 0..1000.");
    readonly Option<string?> context = Value("--context", "N", "Lines of context on both sides, 0..1000.");
    readonly Option<string?> limit = Value("--limit", "N", "Most matches, 1..10000. Default 100.");
    readonly Option<bool> countOnly = Flag("--count-only", "Print only the number of all matches.");

    public SearchCommand() =>
        Command = new Command(
            "search", "Ask without a server. Prints dictionary:line:text; exit 0 found, 1 nothing found, 2 error.")
        {
            term, dictionary, mode, ignoreCase, word, line, invert, before, after, context, limit, countOnly, Json,
        };

    public Command Command { get; }

    /// <summary>Print the full API's JSON instead of lines.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Print the full API's JSON answer." };

    public SearchRequest Read(ParseResult parsed) => new()
    {
        Term = parsed.GetValue(term),
        Dictionaries = parsed.GetValue(dictionary) ?? [],
        Mode = parsed.GetValue(mode),
        IgnoreCase = parsed.GetValue(ignoreCase),
        Word = parsed.GetValue(word),
        Line = parsed.GetValue(line),
        Invert = parsed.GetValue(invert),
        Before = Integer(parsed, before),
        After = Integer(parsed, after),
        Context = Integer(parsed, context),
        Limit = Integer(parsed, limit),
        CountOnly = parsed.GetValue(countOnly),
    };

    static Option<string?> Value(string name, string form, string description) => new(name) { Description = description, HelpName = form };

    static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    static int? Integer(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw new UsageError($"{option.Name}: expected an integer, not '{text}'."),
    };
}
