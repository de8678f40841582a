// A rate limit for each user and each address: a token bucket each, with bursts of twice the rate, refilled when it is used. RateLimit
// fields say what is left (draft-ietf-httpapi-ratelimit-headers). A user or address that a full table has evicted starts again with a
// full bucket.

using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using TinyGrepServer.Server;

namespace TinyGrepServer.Access;

internal sealed class RateLimits
{
    readonly Limit? users;
    readonly Limit? addresses;

    public RateLimits(AccessSettings settings, Meter meter, TableMetrics tables)
    {
        var limited = meter.CreateCounter<long>("tinygrep.rate_limited", description: "Requests refused because of a rate limit.");
        users = settings.RateLimit is { } rate ? new Limit("user", rate, limited, new("rate_limited_users", tables)) : null;
        addresses = settings.RateLimitAddress is { } perAddress
            ? new Limit("address", perAddress, limited, new("rate_limited_addresses", tables))
            : null;
    }

    /// <summary>Takes one request off an address's share.</summary>
    /// <param name="address">For IPv6 its network: whoever has one address there has them all.</param>
    /// <returns>Header fields that say what is left.</returns>
    /// <exception cref="ApiError">429.</exception>
    public IReadOnlyList<(string, string)> TakeAddress(IPAddress address) => addresses?.Take(address.ToString()) ?? [];

    /// <summary>Takes one request off a user's share.</summary>
    /// <returns>Header fields that say what is left.</returns>
    /// <exception cref="ApiError">429.</exception>
    public IReadOnlyList<(string, string)> TakeUser(string user) => users?.Take(user) ?? [];

    sealed class Limit(string name, Rate rate, Counter<long> limited, BoundedTable<string, TokenBucketRateLimiter> buckets)
    {
        readonly Lock gate = new();
        readonly int burst = 2 * rate.Permits;
        readonly double perSecond = rate.Permits / rate.Period.TotalSeconds;

        public (string, string)[] Take(string key)
        {
            var bucket = Bucket(key);
            bucket.TryReplenish();
            using var lease = bucket.AttemptAcquire();
            var left = (int)(bucket.GetStatistics()?.CurrentAvailablePermits ?? 0);
            if (lease.IsAcquired) return Fields(left);
            limited.Add(1, new KeyValuePair<string, object?>("limit", name));
            var wait = Math.Max(1, (int)Math.Ceiling(1 / perSecond));
            throw new ApiError(
                429,
                $"Too many requests: {rate.Permits} in {rate.Period.TotalSeconds:0} s are allowed for each {name}, and bursts of {burst}.",
                [.. Fields(left), ("Retry-After", $"{wait}")]);
        }

        TokenBucketRateLimiter Bucket(string key)
        {
            lock (gate)
            {
                var bucket = buckets.TryGet(key, out var known) ? known : NewBucket();
                buckets.Set(key, bucket);
                return bucket;
            }
        }

        /// <summary>Without a timer of its own, it needs no disposing.</summary>
        TokenBucketRateLimiter NewBucket() => new(new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = rate.Permits,
            ReplenishmentPeriod = rate.Period,
            QueueLimit = 0,
            AutoReplenishment = false,
        });

        (string, string)[] Fields(int left) =>
        [
            ("RateLimit-Policy", string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={burst};w={Math.Ceiling(burst / perSecond)}")),
            ("RateLimit", string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r={left};t={Math.Ceiling((burst - left) / perSecond)}")),
        ];
    }
}
