// What the command line does without a server: each verb builds only the parts it needs.

using System.Diagnostics.Metrics;
using TinyGrepServer.Access;
using TinyGrepServer.Movies;
using TinyGrepServer.Search;
using TinyGrepServer.Server;

namespace TinyGrepServer;

internal static class Verbs
{
    /// <summary>Asks once, without a server.</summary>
    public static async Task<int> SearchAsync(Invocation.Search asked, ILoggerFactory logs, Stream output, Action<string> complain)
    {
        using var meter = new Meter("TinyGrepServer");
        var log = logs.CreateLogger("Search");
        var settings = App.Closing(asked.Settings) with { Watch = WatchMode.Off }; // a single search has no changes to watch for
        var searching = new Searching(
            settings, new Sieve(maxBytes: 0), (_, _) => ValueTask.FromResult(false), meter, log, TimeProvider.System);
        var paths = new SearchPaths(settings, asked.Wish.Paths, path => new DictionaryFolder(
            settings with { Folder = path }, _ => { }, meter, log, TimeProvider.System));
        return await new SearchVerb(searching, paths, settings.Timeout).RunAsync(asked.Wish, output, complain, CancellationToken.None);
    }

    /// <summary>Follows, without a server, until it is stopped.</summary>
    public static async Task<int> FollowAsync(
        Invocation.Search asked, ILoggerFactory logs, Task stop, Stream output, Action<string> complain)
    {
        using var meter = new Meter("TinyGrepServer");
        var log = logs.CreateLogger("Search");
        var path = FollowedPath.Of(asked.Wish.Paths, asked.Settings.Search.Folder);
        var settings = App.Closing(asked.Settings) with { Folder = path.Folder };
        using var folder = new DictionaryFolder(settings, _ => { }, meter, log, TimeProvider.System);
        var searching = new Searching(settings, new Sieve(maxBytes: 0), folder.IsStillAsync, meter, log, TimeProvider.System);
        using var follows = new Follows(folder, searching, settings, meter, TimeProvider.System);
        using var stopped = new CancellationTokenSource();
        var running = new FollowVerb(follows, path).RunAsync(asked.Wish, output, complain, stopped.Token);
        if (await Task.WhenAny(running, stop) == stop) await stopped.CancelAsync();
        return await running;
    }

    /// <summary>Changes accounts or keys, without a server.</summary>
    public static async Task<int> AdministerAsync(
        Invocation.Administer asked, ILoggerFactory logs, Action<string> print, Action<string> complain)
    {
        using var meter = new Meter("TinyGrepServer");
        await using var database = App.NewDatabase(asked.Settings, meter, logs);
        var verbs = new AccountVerbs(new Accounts(database, TimeProvider.System), App.NewKeys(asked.Settings, logs), print);
        return await ExitCodeAsync(() => verbs.RunAsync(asked.Action, CancellationToken.None), complain);
    }

    /// <summary>Loads the films that come with the program.</summary>
    public static async Task<int> SeedAsync(
        Invocation.SeedMovies asked, ILoggerFactory logs, Action<string> print, Action<string> complain)
    {
        using var meter = new Meter("TinyGrepServer");
        await using var database = App.NewDatabase(asked.Settings, meter, logs);
        return await ExitCodeAsync(() => SeedVerb.RunAsync(new MovieStore(database), print, CancellationToken.None), complain);
    }

    static async Task<int> ExitCodeAsync(Func<Task> verb, Action<string> complain)
    {
        try
        {
            await verb();
            return 0;
        }
        catch (ApiError refused)
        {
            complain(refused.Message);
            return 1;
        }
    }
}
