// The search slice: dictionaries, grep, and the ways to ask.

using System.Diagnostics.Metrics;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class SearchSlice : ISlice, IDisposable
{
    readonly SearchSettings settings;
    readonly DictionaryFolder folder;
    readonly string defaultDictionary;
    readonly Searching searching;

    /// <exception cref="UsageError">No folder, no default dictionary, or no grep.</exception>
    public SearchSlice(SearchSettings settings, Meter meter, ILogger log, TimeProvider time)
    {
        this.settings = settings;
        folder = new DictionaryFolder(settings.Folder, settings.Closed, time);
        defaultDictionary = FindDefault();
        searching = new Searching(settings, meter, log, time);
        var indexes = new LineIndexes(time);
        var lines = new LinesApi(folder, indexes);
        InProcess = new InProcess(folder, searching, lines, settings);
        Routes =
        [
            .. new FullApi(folder, searching, settings).Routes,
            .. new DictionariesApi(folder, defaultDictionary, indexes, time).Routes,
            lines.Route,
            new FirstApi(folder, defaultDictionary, searching, settings).Route,
        ];
    }

    public string Name => "search";

    public IReadOnlyList<Route> Routes { get; }

    public IReadOnlyList<HealthCheck> Checks =>
    [
        new("dictionaries", _ => Task.FromResult(
            folder.Find(defaultDictionary) is null ? $"the default dictionary {defaultDictionary} is missing" : null)),
        new("search_queue", _ => Task.FromResult(searching.IsFull ? "the search queue is full" : null)),
    ];

    /// <summary>For those who ask without HTTP.</summary>
    public InProcess InProcess { get; }

    public void Dispose() => searching.Dispose();

    string FindDefault()
    {
        if (settings.DefaultDictionary is { } wanted)
        {
            return folder.Find(wanted) is not null
                ? wanted
                : throw new UsageError($"--default-dictionary: there is no dictionary '{wanted}' in '{settings.Folder}'.");
        }
        if (folder.Find("quotes.txt") is not null) return "quotes.txt";
        return folder.List().FirstOrDefault(listed => listed.Skipped is null)?.Name
            ?? throw new UsageError($"--dicts: the folder '{settings.Folder}' has no dictionary.");
    }
}
