// A handbook that answers: dotnet run examples/handbook.cs FOLDER WORD...
// Lines of the Markdown files below a folder that have all the words, in any order, each under the heading it stands below. It asks
// in process; there is no request, and no page.

#:project ../TinyGrepServer/TinyGrepServer.csproj

using Microsoft.Extensions.Logging;
using TinyGrepServer;
using TinyGrepServer.Search;
using TinyGrepServer.Server;

var settings = new Settings
{
    Services = ["search"],
    Server = new() { Port = 0 },
    Search = new() { Folder = args[0], Watch = WatchMode.Off },
    Log = new() { Level = LogLevel.Warning },
};
await using var server = await TinyServer.StartAsync(settings);
string[] files = ["*.md"];

// Headings come in the order of their lines, so the last one before a line is the one it stands below.
var headings = new Dictionary<string, List<(long Line, string Text)>>();
await foreach (var heading in server.MatchesAsync(new SearchRequest { Term = "^#", Dictionaries = files }))
{
    if (!headings.TryGetValue(heading.Dictionary, out var known)) headings[heading.Dictionary] = known = [];
    known.Add((heading.Line, heading.Text.TrimStart('#', ' ')));
}

var question = new SearchRequest { Term = string.Join(' ', args[1..]), Mode = "words", IgnoreCase = true, Dictionaries = files };
try
{
    var found = 0;
    await foreach (var match in server.MatchesAsync(question with { Limit = 20 }))
    {
        found++;
        var above = headings.GetValueOrDefault(match.Dictionary)?.FindLast(heading => heading.Line <= match.Line).Text;
        Console.WriteLine($"{match.Dictionary}:{match.Line} ({above ?? "top"})\n    {match.Text.Trim()}");
    }
    return found > 0 ? 0 : 1;
}
catch (ApiError refused)
{
    await Console.Error.WriteLineAsync(refused.Detail);
    return 2;
}
