// The search slice: dictionaries, grep, and the three ways to ask.

using System.Diagnostics.Metrics;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class SearchSlice : ISlice, IDisposable
{
    readonly SearchSettings settings;
    readonly DictionaryFolder folder;
    readonly string defaultDictionary;
    readonly SearchQueue queue;

    /// <exception cref="UsageError">No folder, no default dictionary, or no grep.</exception>
    public SearchSlice(SearchSettings settings, Meter meter, ILogger log, TimeProvider time)
    {
        this.settings = settings;
        folder = new DictionaryFolder(settings.Folder, settings.Closed, time);
        defaultDictionary = FindDefault();
        queue = new SearchQueue(settings, meter);
        Engines = new Engines(settings, new Grep(settings, log));
        var answers = new Answers(settings, queue, meter, time);
        Full = new FullApi(folder, Engines, answers);
        var indexes = new LineIndexes(time);
        Lines = new LinesApi(folder, indexes);
        Routes =
        [
            .. Full.Routes,
            .. new DictionariesApi(folder, defaultDictionary, indexes, time).Routes,
            Lines.Route,
            new FirstApi(folder, defaultDictionary, Engines, answers).Route,
        ];
    }

    public string Name => "search";

    public IReadOnlyList<Route> Routes { get; }

    public IReadOnlyList<HealthCheck> Checks =>
    [
        new("dictionaries", _ => Task.FromResult(folder.Find(defaultDictionary) is null ? $"the default dictionary {defaultDictionary} is missing" : null)),
        new("search_queue", _ => Task.FromResult(queue.IsFull ? "the search queue is full" : null)),
    ];

    /// <summary>The full API, for those who ask without HTTP.</summary>
    public FullApi Full { get; }

    /// <summary>Windows of dictionaries, for those who ask without HTTP.</summary>
    public LinesApi Lines { get; }

    /// <summary>The names a search over all asks.</summary>
    public IReadOnlyList<string> Names => [.. folder.List().Where(listed => listed.Skipped is null).Select(listed => listed.Name)];

    /// <summary>Answers without hurry, for jobs.</summary>
    public SearchWork Work => new(Full);

    public Engines Engines { get; }

    /// <summary>How long a search may take.</summary>
    public TimeSpan Timeout => settings.Timeout;

    /// <summary>Where a search without HTTP gets its turn.</summary>
    public SearchQueue Queue => queue;

    public void Dispose() => queue.Dispose();

    string FindDefault()
    {
        if (settings.DefaultDictionary is { } wanted)
            return folder.Find(wanted) is not null ? wanted : throw new UsageError($"--default-dictionary: there is no dictionary '{wanted}' in '{settings.Folder}'.");
        if (folder.Find("quotes.txt") is not null) return "quotes.txt";
        return folder.List().FirstOrDefault(listed => listed.Skipped is null)?.Name
            ?? throw new UsageError($"--dicts: the folder '{settings.Folder}' has no dictionary.");
    }
}
