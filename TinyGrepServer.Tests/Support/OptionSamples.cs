// One good and one bad value for each option, and where the good one must show up in Settings. An option without a line
// here fails CommandLineSpecs: what is not tried has not been shown to work.

using TinyGrepServer.Access;
using TinyGrepServer.Search;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Tests;

/// <param name="Name">The option, without dashes.</param>
/// <param name="Good">A value that is not the default.</param>
/// <param name="Read">Finds it in the settings.</param>
/// <param name="Expected">What must be found.</param>
/// <param name="Bad">Values that must be refused; empty where every text is a value.</param>
internal sealed record OptionSample(string Name, string Good, Func<Settings, object?> Read, object Expected, params string[] Bad);

internal static class OptionSamples
{
    const string Postgres = "postgres://ann:secret@db.example.org:5433/kept?sslmode=require";

    static readonly string[] BadDurations =
        ["", "s", "-1s", "ten", "10 s", "10x", "1e3", "NaN", "Infinity", "-Infinity", "50d", "1s2", "1,5s", "١s"];

    public static IReadOnlyList<OptionSample> All { get; } =
    [
        new("host", "0.0.0.0", settings => settings.Server.Host, "0.0.0.0", "", "example.org", "::1", "999.1.1.1", "127.0.0.1:80"),
        new("port", "4321", settings => settings.Server.Port, 4321, "", "x", "-1", "65536", "80.5", "0x50", "٨٠"),
        new("public-url", "https://grep.example.org/x", settings => settings.Server.PublicUrl?.ToString(), "https://grep.example.org/x",
            "", "grep.example.org", "/x", "ftp://grep.example.org", "http://grep.example.org/?q=1", "http://grep.example.org/#top"),
        new("cors-origins", "https://notes.example.org,http://localhost:3000", settings => string.Join(' ', settings.Server.CorsOrigins),
            "https://notes.example.org http://localhost:3000",
            "notes.example.org", "null", "https://notes.example.org/", "https://*.example.org", "*,https://notes.example.org",
            "https://", "https://a:99999", "https://a b"),
        new("max-requests", "7", settings => settings.Server.MaxRequests, 7, "", "0", "100001", "-1", "many", "1.0"),
        new("header-timeout", "2500ms", settings => settings.Server.HeaderTimeout, TimeSpan.FromSeconds(2.5), [.. BadDurations, "0", "0s"]),
        new("write-timeout", "1500ms", settings => settings.Server.WriteTimeout, TimeSpan.FromSeconds(1.5), [.. BadDurations, "0", "0s"]),
        new("min-rate", "16KiB", settings => settings.Server.MinRate, 16L << 10, "", "-1", "8KB", "fast"),
        new("max-streams", "8", settings => settings.Server.MaxStreams, 8, "", "0", "-1", "100001", "many"),
        new("shutdown-timeout", "2m", settings => settings.Server.ShutdownTimeout, TimeSpan.FromMinutes(2), BadDurations),
        new("drain-delay", "3", settings => settings.Server.DrainDelay, TimeSpan.FromSeconds(3), BadDurations),
        new("dicts", "/tmp", settings => settings.Search.Folder, "/tmp", ""),
        new("default-dictionary", "notes/may.txt", settings => settings.Search.DefaultDictionary, "notes/may.txt"),
        new("watch", "off", settings => settings.Search.Watch, WatchMode.Off, "", "on", "inotify"),
        new("engine", "auto", settings => settings.Search.Engine, SearchEngine.Auto, "", "ripgrep", "1"),
        new("decode", "off", settings => settings.Search.Decode, false, "", "maybe", "utf-16"),
        new("cache-bytes", "0", settings => settings.Search.CacheBytes, 0L, "", "-1", "64MB", "much", "-Infinity", "NaN"),
        new("index-bytes", "0", settings => settings.Search.IndexBytes, 0L, "", "-1", "64MB", "much", "NaN"),
        new("answer-bytes", "1MiB", settings => settings.Search.AnswerBytes, 1L << 20, "", "0", "63KiB", "64MB", "much"),
        new("max-searches", "3", settings => settings.Search.MaxSearches, 3, "", "0", "10001", "two"),
        new("max-follows", "7", settings => settings.Search.MaxFollows, 7, "", "0", "-1", "100001", "many"),
        new("queue", "0", settings => settings.Search.Queue, 0, "", "-1", "1000001", "long"),
        new("timeout", "7d", settings => settings.Search.Timeout, TimeSpan.FromDays(7), [.. BadDurations, "0", "0ms"]),
        new("search-memory", "64MiB", settings => settings.Search.MemoryBytes, 64L << 20,
            "", "15MiB", "64MB", "64 MiB", "-1", "NaN", "-Infinity", "2PiB"),
        new("services", "search,jobs", settings => string.Join(' ', settings.Services), "search jobs",
            "", "serch", "search,,jobs", "none,web"),
        new("diagnostics", "yes", settings => settings.Diagnostics, true, "", "maybe", "2", "TRUE!"),
        new("trusted-proxies", "127.0.0.1,10.0.0.0/8", settings => string.Join(' ', settings.Server.TrustedProxies),
            "127.0.0.1/32 10.0.0.0/8", "proxy.example.org", "10.0.0.0/33"),
        new("data", "/tmp/kept", settings => settings.Storage.DataFolder, "/tmp/kept", ""),
        new("database", Postgres, settings => settings.Storage.Database, Postgres,
            "", "sqlite:", "mysql://a/b", "kept.db", "postgres", "postgres://h/d?nonsense=1"),
        new("write-group", "1", settings => settings.Storage.WriteGroup, 1, "", "0", "10001", "all"),
        new("max-message-store", "5MiB", settings => settings.Messages.MaxStoreBytes, 5L << 20, "", "-1", "5MB", "much", "NaN", "2PiB"),
        new("open-tokens", "true", settings => settings.Access.OpenTokens, true, "", "maybe"),
        new("protect", "search,messages", settings => string.Join(' ', settings.Access.Protect), "search messages"),
        new("rate-limit", "30/m", settings => settings.Access.RateLimit, new Rate(30, TimeSpan.FromMinutes(1)),
            "", "0/s", "-1/s", "10", "10/d", "1.5/s", "/s", "many/s"),
        new("rate-limit-address", "7/h", settings => settings.Access.RateLimitAddress, new Rate(7, TimeSpan.FromHours(1)),
            "", "0/s", "10", "s"),
        new("key-file", "/run/keys.json", settings => settings.Access.KeyFile, "/run/keys.json", ""),
        new("workers", "0", settings => settings.Jobs.Workers, 0, "", "-1", "1001", "two"),
        new("keep-jobs", "12h", settings => settings.Jobs.Keep, TimeSpan.FromHours(12), [.. BadDurations, "0"]),
        new("job-lease", "1m", settings => settings.Jobs.Lease, TimeSpan.FromMinutes(1), [.. BadDurations, "0", "1999ms"]),
        new("upstream", "http://127.0.0.1:1/a?b=c", settings => settings.Relay.Upstreams.SingleOrDefault()?.Url.ToString(),
            "http://127.0.0.1:1/a?b=c",
            "", "127.0.0.1", "ftp://127.0.0.1/", "/x", "file:///etc/passwd", "a b=http://127.0.0.1/",
            "http://user:secret@127.0.0.1/", "http://127.0.0.1/#top", "a=http://127.0.0.1/,a=http://127.0.0.2/", "http://127.0.0.1/,"),
        new("upstream-require", "time", settings => settings.Relay.Required.SingleOrDefault(), "time"),
        new("relay-deadline", "5s", settings => settings.Relay.Deadline, TimeSpan.FromSeconds(5), [.. BadDurations, "0", "0s"]),
        new("hedge-budget", "50%", settings => settings.Relay.HedgeBudget, 0.5, "", "%", "-1%", "201%", "many", "NaN", "20%%"),
        new("log-format", "json", settings => settings.Log.Format, LogFormat.Json, "", "xml", "1"),
        new("log-level", "Warning", settings => settings.Log.Level, Microsoft.Extensions.Logging.LogLevel.Warning, "", "loud", "3"),
        new("otlp", "http://127.0.0.1:4318", settings => settings.Log.Otlp?.ToString(), "http://127.0.0.1:4318/",
            "", "127.0.0.1:4318", "grpc://127.0.0.1", "/v1", "http://127.0.0.1/?a=b"),
    ];

    /// <summary>Needs another option beside it, so it cannot be tried alone.</summary>
    public static IReadOnlyList<string> Elsewhere { get; } = ["allowed-hosts"];

    public static OptionSample Of(string name) => All.Single(sample => sample.Name == name);
}
