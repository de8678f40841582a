// So many requests in so much time, for each user and each address: a token bucket each, with bursts of twice the rate. What
// is left is told in RateLimit fields (draft-ietf-httpapi-ratelimit-headers).

using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using TinyGrepServer.Server;

namespace TinyGrepServer.Access;

internal sealed class RateLimits : IDisposable
{
    readonly Limit? users;
    readonly Limit? addresses;

    public RateLimits(AccessSettings settings, Meter meter)
    {
        var limited = meter.CreateCounter<long>("tinygrep.rate_limited", description: "Requests refused because of a rate limit.");
        users = settings.RateLimit is { } rate ? new Limit("user", rate, limited) : null;
        addresses = settings.RateLimitAddress is { } perAddress ? new Limit("address", perAddress, limited) : null;
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

    public void Dispose()
    {
        users?.Dispose();
        addresses?.Dispose();
    }

    sealed class Limit(string name, Rate rate, Counter<long> limited) : IDisposable
    {
        readonly int burst = 2 * rate.Permits;
        readonly double perSecond = rate.Permits / rate.Period.TotalSeconds;

        // Idle users are forgotten by the library after a while.
        readonly PartitionedRateLimiter<string> buckets = PartitionedRateLimiter.Create<string, string>(
            key => RateLimitPartition.GetTokenBucketLimiter(key, _ => Bucket(rate)));

        public (string, string)[] Take(string key)
        {
            using var lease = buckets.AttemptAcquire(key);
            var left = (int)(buckets.GetStatistics(key)?.CurrentAvailablePermits ?? 0);
            if (lease.IsAcquired) return Fields(left);
            limited.Add(1, new KeyValuePair<string, object?>("limit", name));
            var wait = Math.Max(1, (int)Math.Ceiling(1 / perSecond));
            throw new ApiError(
                429,
                $"Too many requests: {rate.Permits} in {rate.Period.TotalSeconds:0} s are allowed for each {name}, and bursts of {burst}.",
                [.. Fields(left), ("Retry-After", $"{wait}")]);
        }

        static TokenBucketRateLimiterOptions Bucket(Rate rate) => new()
        {
            TokenLimit = 2 * rate.Permits,
            TokensPerPeriod = rate.Permits,
            ReplenishmentPeriod = rate.Period,
            QueueLimit = 0,
            AutoReplenishment = true,
        };

        (string, string)[] Fields(int left) =>
        [
            ("RateLimit-Policy", string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={burst};w={Math.Ceiling(burst / perSecond)}")),
            ("RateLimit", string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r={left};t={Math.Ceiling((burst - left) / perSecond)}")),
        ];

        public void Dispose() => buckets.Dispose();
    }
}
