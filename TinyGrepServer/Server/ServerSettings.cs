// The settings of the kernel, by options or in code. The command line and TinyServer have Settings.Check refuse what cannot work; an
// HttpServer that is made directly takes them as they are.

namespace TinyGrepServer.Server;

/// <summary>Where the server listens and how much it takes on.</summary>
public sealed record ServerSettings
{
    /// <summary>The address to listen on: a loopback name or address, one IPv4 address, or <c>0.0.0.0</c> for all.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The TCP port, 0..65535; 0 takes any free one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Host names accepted in addition to loopback names and IP addresses.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>The address clients see, for links in answers; null: as a trusted proxy says, else each request's Host.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>
    /// Origins of other sites' pages that may send requests and read answers, such as <c>https://notes.example.org</c>; or <c>*</c> alone
    /// for all. None: they can do neither.
    /// </summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>Proxies whose <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>-Prefix</c> are trusted.</summary>
    public IReadOnlyList<System.Net.IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>
    /// Requests in the server at once; one more is answered 503. 2,000, or fewer if memory is small: one per 256 KiB that the runtime
    /// may use.
    /// </summary>
    public int MaxRequests { get; init; } =
        (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (256 << 10), 100, 2_000);

    /// <summary>How long a request's header may take to arrive, from its first byte to its end; a slower connection is closed.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest request body, in bytes; a larger one is answered 413.</summary>
    public int MaxBodyBytes { get; init; } = 1 << 20;

    /// <summary>How long a request body may take to arrive; a slower one is answered 408.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a client may go without reading any of its reply before it is dropped.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The minimum rate at which a client must read while bytes wait for it, in bytes per second over ten seconds; a slower
    /// one is dropped. 0: no minimum.</summary>
    public long MinRate { get; init; } = 8 << 10;

    /// <summary>Replies over 1 MiB sent at once; one more is answered 503. One address may have at most half of them.</summary>
    public int MaxStreams { get; init; } = 64;

    /// <summary>How long a handler may take where its route does not say otherwise; then 504.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a stop waits for running requests before it cancels them.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the server keeps serving after it was told to stop, with a failing readiness probe.</summary>
    public TimeSpan DrainDelay { get; init; } = TimeSpan.Zero;

    /// <summary>The path of a page with instructions, named in every error body; null: none is named.</summary>
    public string? InstructionsPath { get; init; }

    /// <summary>
    /// The part of a path before the version's number, such as <c>/api/v</c>: a path with a version that no route has gets a 404 that
    /// names the existing ones. Null: paths have no versions.
    /// </summary>
    public string? VersionPrefix { get; init; }

    /// <summary>True for an address that stands for many clients: limits per address must leave it out.</summary>
    internal bool IsTrustedProxy(System.Net.IPAddress address) => TrustedProxies.Any(proxy => proxy.Contains(address));

    /// <summary>True where <see cref="Host"/> is reachable from this machine only.</summary>
    internal bool IsLoopback => Host is "127.0.0.1" or "localhost";

    /// <summary>True where <see cref="Host"/> stands for every address of the machine.</summary>
    internal bool IsEveryAddress => Host is "0.0.0.0" or "*" or "+";
}
