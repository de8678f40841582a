// All followed questions: one task for each, however many clients follow it, and a limit on the number of clients in all.

using System.Diagnostics.Metrics;
using System.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class Follows : IDisposable
{
    /// <summary>The most matches from before that one may ask for.</summary>
    public const int MaxLast = 1_000;

    /// <summary>How often a folder is looked at that the system tells nothing of.</summary>
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    readonly DictionaryFolder folder;
    readonly Searching searching;
    readonly SearchSettings settings;
    readonly TimeProvider time;
    readonly Lock gate = new();
    readonly Dictionary<string, (Following Following, int Followers)> running = new(StringComparer.Ordinal);
    readonly ITimer looks;
    int count;
    bool isStopping;

    public Follows(DictionaryFolder folder, Searching searching, SearchSettings settings, Meter meter, TimeProvider time)
    {
        (this.folder, this.searching, this.settings, this.time) = (folder, searching, settings, time);
        folder.Changed += Wake;
        looks = time.CreateTimer(_ => LookIfUntold(), null, BetweenLooks, BetweenLooks);
        meter.CreateObservableUpDownCounter("tinygrep.follows", () => Volatile.Read(ref count), "{follow}", "Clients that follow.");
    }

    /// <summary>Follows a question.</summary>
    /// <param name="cursor">Where an earlier one stopped; null: from now on.</param>
    /// <param name="last">How many matches from before now are wanted.</param>
    /// <exception cref="ApiError">400: the pattern or the cursor. 404: no such dictionary. 503: too many follow.</exception>
    public async Task<FollowStream> BeginAsync(
        SearchQuery query, string? cursor, int last, string asker, CancellationToken cancellationToken)
    {
        var key = Encoding.UTF8.GetString(CanonicalQuery.Of(query));
        var following = Enter(key, query);
        try
        {
            return new FollowStream(following, await following.BeginAsync(cursor, asker, cancellationToken), last, () => Leave(key));
        }
        catch
        {
            Leave(key);
            throw;
        }
    }

    /// <summary>Tells all who follow that the server stops. Whoever comes from now on is told the same, and where it stands.</summary>
    public void Stop()
    {
        lock (gate)
        {
            isStopping = true;
            foreach (var (following, _) in running.Values) following.Stop();
        }
    }

    public void Dispose()
    {
        folder.Changed -= Wake;
        looks.Dispose();
    }

    Following Enter(string key, SearchQuery query)
    {
        lock (gate)
        {
            if (count == settings.MaxFollows) throw ApiError.Unavailable($"{settings.MaxFollows} clients are following already.", 5);
            count++;
            if (!running.TryGetValue(key, out var known))
            {
                known = (new Following(query, folder, searching.JudgeOf(query), settings.Decode, settings.Timeout, time), 0);
                if (isStopping) known.Following.Stop();
            }
            running[key] = known with { Followers = known.Followers + 1 };
            return known.Following;
        }
    }

    void Leave(string key)
    {
        lock (gate)
        {
            count--;
            var (following, followers) = running[key];
            if (followers == 1) running.Remove(key);
            else running[key] = (following, followers - 1);
        }
    }

    void LookIfUntold()
    {
        if (!folder.IsWatched) Wake();
    }

    void Wake()
    {
        lock (gate)
        {
            foreach (var (following, _) in running.Values) following.Wake();
        }
    }
}
