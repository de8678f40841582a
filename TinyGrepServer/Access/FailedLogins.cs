// Slows guessing: five wrong passwords a minute for one user from one address. The pair, not the user alone, so that nobody
// can lock another out; each server counts for itself.

using System.Collections.Concurrent;
using TinyGrepServer.Server;

namespace TinyGrepServer.Access;

internal sealed class FailedLogins(TimeProvider time)
{
    const int Allowed = 5;
    const int MaxKept = 10_000;
    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<(string User, string Address), (int Count, DateTimeOffset Until)> failures = new();

    /// <summary>Counts an attempt as failed before its password is looked at: many at once are many.</summary>
    /// <exception cref="ApiError">429 with Retry-After.</exception>
    public void Begin(string user, string address)
    {
        var now = time.GetUtcNow();
        if (failures.Count > MaxKept) Forget(now);
        var (count, until) = failures.AddOrUpdate(
            (user, address),
            _ => (1, now + Window),
            (_, known) => known.Until <= now ? (1, now + Window) : (known.Count + 1, known.Until));
        if (count <= Allowed) return;
        var seconds = (int)Math.Ceiling((until - now).TotalSeconds);
        throw new ApiError(429, $"Too many failed log-ins for this user from this address; {Allowed} a minute are allowed.", ("Retry-After", $"{seconds}"));
    }

    /// <summary>It was the right password after all.</summary>
    public void Succeed(string user, string address) => failures.TryRemove((user, address), out _);

    void Forget(DateTimeOffset now)
    {
        foreach (var (pair, known) in failures)
        {
            if (known.Until <= now) failures.TryRemove(pair, out _);
        }
        if (failures.Count > MaxKept) failures.Clear(); // a flood of made-up names; better a few more guesses than no memory
    }
}
