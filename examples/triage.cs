// What went wrong in a folder of build logs: dotnet run examples/triage.cs FOLDER >report.md
// Ten signs of trouble, each counted over all logs (.gz too) and shown with its first lines. Exit code 1 where there is any,
// 2 where a log could not be read to its end.

#:project ../TinyGrepServer/TinyGrepServer.csproj

using Microsoft.Extensions.Logging;
using TinyGrepServer;
using TinyGrepServer.Search;

(string What, string Pattern)[] signs =
[
    ("Compiler errors", @"\berror (CS|TS|LNK|MSB)[0-9]+|: error: "),
    ("Failed tests", @"^ *(FAIL|FAILED|not ok)\b|[1-9][0-9]* (tests? )?failed"),
    ("Crashes", @"unhandled exception|traceback \(most recent|^panic:|segmentation fault|core dumped"),
    ("Out of memory", "out of memory|oomkilled|cannot allocate memory"),
    ("Disk full", "no space left on device"),
    ("Timeouts", @"timed out|deadline exceeded|\betimedout\b"),
    ("Network", @"connection (refused|reset)|could not resolve host|\becon(nreset|nrefused)\b"),
    ("Credentials", @"\b401 unauthorized|\b403 forbidden|permission denied"),
    ("Missing files and commands", "command not found|no such file or directory|cannot find module"),
    ("Flaky, by their own words", @"\bretrying\b|attempt [2-9] of"),
];

var settings = new Settings
{
    Services = ["search"],
    Server = new() { Port = 0 },
    Search = new() { Folder = args[0], Watch = WatchMode.Off, Engine = SearchEngine.Auto },
    Log = new() { Level = LogLevel.Warning },
};
await using var server = await TinyServer.StartAsync(settings);

var (troubles, unread) = (0L, new SortedSet<string>());
Console.WriteLine("# Triage");
foreach (var (what, pattern) in signs)
{
    var question = new SearchRequest { Term = pattern, Mode = "extended", IgnoreCase = true };
    var all = await server.SearchAsync(question with { CountOnly = true, Limit = 10_000 });
    foreach (var problem in all.Problems) unread.Add($"{problem.Dictionary}: {problem.Problem}");
    if (all.Count == 0) continue;
    troubles += all.Count;
    Console.WriteLine($"\n## {what}: {all.Count} in {all.Dictionaries!.Count} of the logs\n");
    await foreach (var match in server.MatchesAsync(question with { Limit = 3, MaxPerDictionary = 1 }))
        Console.WriteLine($"- `{match.Dictionary}:{match.Line}` {match.Text.Trim()}");
}
if (troubles == 0) Console.WriteLine("\nNothing that is known here.");
foreach (var log in unread) Console.WriteLine($"\nNot read to its end: {log}");
return unread.Count > 0 ? 2 : troubles > 0 ? 1 : 0;
