// The search slice: dictionaries, grep, and the ways to ask.

using System.Diagnostics.Metrics;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class SearchSlice : ISlice, IDisposable
{
    readonly DictionaryFolder folder;
    readonly SieveBuilder builder;
    readonly DefaultDictionary defaultDictionary;
    readonly Searching searching;
    readonly Follows follows;

    /// <exception cref="UsageError">No folder, not the default dictionary that is wanted, or no grep.</exception>
    public SearchSlice(SearchSettings settings, Meter meter, ILogger log, TimeProvider time)
    {
        var sieve = new Sieve(settings.IndexBytes);
        builder = new SieveBuilder(sieve, meter, log, time);
        folder = new DictionaryFolder(settings, snapshot => builder.Refresh(snapshot.Searched), meter, log, time);
        defaultDictionary = new DefaultDictionary(folder, settings);
        searching = new Searching(settings, sieve, folder.IsStillAsync, meter, log, time);
        follows = new Follows(folder, searching, settings, meter, time);
        var indexes = new LineIndexes(time);
        var lines = new LinesApi(folder, indexes, searching, settings);
        var dictionaries = new DictionariesApi(folder, defaultDictionary, indexes, time);
        InProcess = new InProcess(folder, searching, dictionaries, lines, follows, settings);
        Routes =
        [
            .. new FullApi(folder, searching, settings).Routes,
            .. dictionaries.Routes,
            lines.Route,
            new FollowApi(follows, settings).Route,
            new FirstApi(folder, defaultDictionary, searching, settings).Route,
        ];
    }

    public string Name => "search";

    public IReadOnlyList<Route> Routes { get; }

    public IReadOnlyList<HealthCheck> Checks =>
    [
        new("dictionaries", _ => Task.FromResult(defaultDictionary.Problem)),
        new("search_queue", _ => Task.FromResult(searching.IsFull ? "the search queue is full" : null)),
    ];

    /// <summary>For those who ask without HTTP.</summary>
    public InProcess InProcess { get; }

    /// <summary>Tells those who follow that the server stops: what they read would never end.</summary>
    public void StopFollows() => follows.Stop();

    public void Dispose()
    {
        follows.Dispose();
        folder.Dispose();
        builder.Dispose();
    }
}
