// Slows guessing: five wrong passwords a minute for one user from one address (IPv6: one /64). The pair, not the user alone, so that nobody
// can lock another out; each server counts for itself. Attempts of one pair go one after the other, so that many at once are
// many, and right ones never count.

using System.Collections.Concurrent;
using TinyGrepServer.Server;

namespace TinyGrepServer.Access;

internal sealed class FailedLogins(TimeProvider time)
{
    const int Allowed = 5;
    const int MaxKept = 10_000;
    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<(string User, string Address), Attempts> kept = new();

    /// <summary>Looks at a password, unless too many have been wrong.</summary>
    /// <exception cref="ApiError">429 with Retry-After.</exception>
    public async Task<bool> TryAsync(string user, string address, Func<Task<bool>> isRight, CancellationToken cancellationToken)
    {
        if (kept.Count > MaxKept) Forget();
        var attempts = kept.GetOrAdd((user, address), _ => new Attempts());
        await attempts.Turn.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (attempts.Until <= now) (attempts.Failed, attempts.Until) = (0, now + Window);
            if (attempts.Failed >= Allowed) throw Refuse(attempts.Until - now);
            if (await isRight())
            {
                attempts.Failed = 0;
                return true;
            }
            attempts.Failed++;
            return false;
        }
        finally
        {
            attempts.Turn.Release();
        }
    }

    static ApiError Refuse(TimeSpan wait) => new(
        429,
        $"Too many failed log-ins for this user from this address; {Allowed} a minute are allowed.",
        ("Retry-After", ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture)));

    void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var (pair, attempts) in kept)
        {
            if (attempts.Until <= now) kept.TryRemove(pair, out _);
        }
        if (kept.Count > MaxKept) kept.Clear(); // a flood of made-up names; better a few more guesses than no memory
    }

    sealed class Attempts
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public int Failed { get; set; }

        public DateTimeOffset Until { get; set; }
    }
}
