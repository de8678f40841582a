// The search slice: dictionaries, grep, and the ways to ask.

using System.Diagnostics.Metrics;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class SearchSlice : ISlice, IDisposable
{
    readonly DictionaryFolder folder;
    readonly DefaultDictionary standard;
    readonly Searching searching;

    /// <exception cref="UsageError">No folder, no default dictionary, or no grep.</exception>
    public SearchSlice(SearchSettings settings, Meter meter, ILogger log, TimeProvider time)
    {
        folder = new DictionaryFolder(settings, meter, log, time);
        standard = new DefaultDictionary(settings, folder);
        searching = new Searching(settings, folder, meter, log, time);
        var indexes = new LineIndexes(time);
        var lines = new LinesApi(folder, indexes);
        InProcess = new InProcess(folder, searching, lines, settings);
        Routes =
        [
            .. new FullApi(folder, searching, settings).Routes,
            .. new DictionariesApi(folder, standard, indexes, time).Routes,
            lines.Route,
            new FirstApi(folder, standard, searching, settings).Route,
        ];
    }

    public string Name => "search";

    public IReadOnlyList<Route> Routes { get; }

    public IReadOnlyList<HealthCheck> Checks =>
    [
        new("dictionaries", standard.ProblemAsync),
        new("search_queue", _ => Task.FromResult(searching.IsFull ? "the search queue is full" : null)),
    ];

    /// <summary>For those who ask without HTTP.</summary>
    public InProcess InProcess { get; }

    public void Dispose() => folder.Dispose();
}
