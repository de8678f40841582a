// search TERM on the command line: the full API's question in options.

using System.CommandLine;
using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>Declares the verb and reads it back as a request.</summary>
internal sealed class SearchCommand
{
    readonly Argument<string> term = new("TERM") { Description = "What to look for. Write -- before a term that begins with a dash." };
    readonly Option<string[]> dictionary = new("--dictionary") { Description = "A name in the folder, or a glob; may be repeated. Default: all but skipped ones.", HelpName = "NAME" };
    readonly Option<string?> mode = new("--mode") { Description = "How the term is read: basic, extended, fixed or perl. Default basic.", HelpName = "MODE" };
    readonly Option<bool> ignoreCase = new("--ignore-case") { Description = "Upper and lower case are the same." };
    readonly Option<bool> word = new("--word") { Description = "Only whole words match." };
    readonly Option<bool> line = new("--line") { Description = "Only whole lines match." };
    readonly Option<bool> invert = new("--invert") { Description = "Find the lines that do not match." };
    readonly Option<string?> before = new("--before") { Description = "Lines of context before each match, 0..1000.", HelpName = "N" };
    readonly Option<string?> after = new("--after") { Description = "Lines of context after each match, 0..1000.", HelpName = "N" };
    readonly Option<string?> context = new("--context") { Description = "Lines of context on both sides, 0..1000.", HelpName = "N" };
    readonly Option<string?> limit = new("--limit") { Description = "Most matches, 1..10000. Default 100.", HelpName = "N" };
    readonly Option<bool> countOnly = new("--count-only") { Description = "Print only the number of all matches." };

    public SearchCommand() => Command = new Command("search", "Ask without a server. Prints dictionary:line:text; exit 0 found, 1 nothing found, 2 error.")
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

    static int? Integer(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw new UsageError($"{option.Name}: expected an integer, not '{text}'."),
    };
}
