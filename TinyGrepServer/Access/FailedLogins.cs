// Slows guessing: five wrong passwords a minute for one user from one address (IPv6: one /64), fifty from one address for all users.
// The pair counts, not the user alone, so that nobody can lock somebody else out; each server counts for itself. Only a failed
// comparison makes an entry, so made-up names cost as much as wrong passwords and cannot push out other entries. At most two log-in
// attempts from one address are checked at a time: those that run count as failed until they have ended. An address that stands for
// many people, such as a trusted proxy's, has the limit per user only.

using System.Globalization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Access;

internal sealed class FailedLogins(TableMetrics metrics, TimeProvider time)
{
    const int AllowedForUser = 5;
    const int AllowedForAddress = 50;
    const int MaxAtOnce = 2;
    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly Lock gate = new();
    readonly BoundedTable<(string User, string Address), Failures> users = new("failed_logins", metrics);
    readonly BoundedTable<string, Failures> addresses = new("failed_login_addresses", metrics);

    /// <summary>By address: the users whose passwords are being compared. At most one entry per request.</summary>
    readonly Dictionary<string, List<string>> running = [];

    /// <summary>Compares a password, unless too many have been wrong or are being compared.</summary>
    /// <param name="isOneClient">Whether all that come from the address are counted together.</param>
    /// <param name="compare">Null where the password is wrong.</param>
    /// <exception cref="ApiError">429 with Retry-After.</exception>
    public async Task<T?> TryAsync<T>(string user, string address, bool isOneClient, Func<Task<T?>> compare)
        where T : class
    {
        Begin(user, address, isOneClient);
        var isRight = true; // where nothing could be compared, nothing has failed
        try
        {
            var found = await compare();
            isRight = found is not null;
            if (isRight) Forget(user, address);
            return found;
        }
        finally
        {
            End(user, address, isOneClient, isRight);
        }
    }

    void Begin(string user, string address, bool isOneClient)
    {
        lock (gate)
        {
            var (forUser, forAddress) = (Recent(users, (user, address)), isOneClient ? Recent(addresses, address) : default);
            if (forUser.Count >= AllowedForUser)
                throw Refuse($"Too many failed log-ins for this user from this address; {AllowedForUser} a minute are allowed.", forUser);
            if (forAddress.Count >= AllowedForAddress)
                throw Refuse($"Too many failed log-ins from this address; {AllowedForAddress} a minute are allowed.", forAddress);
            if (!running.TryGetValue(address, out var others)) running[address] = others = [];
            var mayFail = forUser.Count + others.Count(other => other == user) >= AllowedForUser
                || (isOneClient && forAddress.Count + others.Count >= AllowedForAddress);
            if (mayFail || (isOneClient && others.Count >= MaxAtOnce))
                throw new ApiError(429, $"Only {MaxAtOnce} log-in attempts from one address are checked at a time.", ("Retry-After", "1"));
            others.Add(user);
        }
    }

    void End(string user, string address, bool isOneClient, bool isRight)
    {
        lock (gate)
        {
            running[address].Remove(user);
            if (running[address].Count == 0) running.Remove(address);
            if (isRight) return;
            Count(users, (user, address));
            if (isOneClient) Count(addresses, address);
        }
    }

    /// <summary>The right password clears only its user's count: an account must not allow further guesses at others.</summary>
    void Forget(string user, string address)
    {
        lock (gate) users.Remove((user, address));
    }

    void Count<TKey>(BoundedTable<TKey, Failures> table, TKey key)
        where TKey : notnull
    {
        var before = Recent(table, key);
        table.Set(key, before.Count == 0 ? new Failures(1, time.GetTimestamp()) : before with { Count = before.Count + 1 });
    }

    Failures Recent<TKey>(BoundedTable<TKey, Failures> table, TKey key)
        where TKey : notnull =>
        table.TryGet(key, out var failures) && time.GetElapsedTime(failures.Since) < Window ? failures : default;

    ApiError Refuse(string why, Failures failures)
    {
        var wait = Math.Max(1, (int)Math.Ceiling((Window - time.GetElapsedTime(failures.Since)).TotalSeconds));
        return new ApiError(429, why, ("Retry-After", wait.ToString(CultureInfo.InvariantCulture)));
    }

    /// <param name="Count">How many there were.</param>
    /// <param name="Since">When the first was, as a timestamp.</param>
    readonly record struct Failures(int Count, long Since);
}
