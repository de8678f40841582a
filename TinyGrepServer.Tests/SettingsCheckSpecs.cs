// Those who embed the server set values in code, where no command line looks at them. What a server cannot work with stops it
// at the start all the same: one line that names the setting, its value and what was expected.

using Microsoft.Extensions.Logging;
using TinyGrepServer.Access;
using TinyGrepServer.Jobs;
using TinyGrepServer.Messages;
using TinyGrepServer.Relay;
using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class SettingsCheckSpecs
{
    const string Duration = "a duration up to 49d, such as 500ms, 10s, 2m, 1h or 7d";
    const string Positive = "a duration above zero, such as 500ms or 10s";
    const string HttpUrl = "an http or https URL without a query, such as https://grep.example.org";
    const string Origins = "comma-separated origins such as https://notes.example.org, or * alone";
    const string Rates = "a rate such as 200/s, 30/m or 1000/h, at most 1000000, or off";
    const string Size = "a size, such as 64KiB, 1MiB or 2GiB";
    const string Services = "none, or any of search, messages, movies, relay, jobs, web, comma-separated";
    const string DatabaseUrl = "sqlite:FILE or postgres://USER:PASSWORD@HOST:PORT/NAME";

    const string Upstreams =
        "comma-separated URL or NAME=URL, such as cats=http://127.0.0.1:8081/api/work; a name has letters, digits, - and _";

    static readonly TimeSpan Negative = TimeSpan.FromSeconds(-1);
    static readonly TimeSpan TooLong = TimeSpan.FromDays(50);

    /// <summary>Options of which every value is allowed by itself.</summary>
    static readonly string[] Free =
        ["allowed-hosts", "trusted-proxies", "default-dictionary", "decode", "diagnostics", "open-tokens", "protect", "upstream-require"];

    /// <summary>The option that sets the same value ("" where there is none), the settings, and what must be said.</summary>
    static readonly IReadOnlyList<(string Option, Settings Settings, string Key, string Expected)> Wrong =
    [
        Server("host", new() { Host = "example.org" }, "Host", "localhost or an IPv4 address (0.0.0.0 for all)"),
        Server("host", new() { Host = "" }, "Host", "localhost or an IPv4 address (0.0.0.0 for all)"),
        Server("port", new() { Port = -1 }, "Port", "an integer in 0..65535"),
        Server("port", new() { Port = 65_536 }, "Port", "an integer in 0..65535"),
        Server("public-url", new() { PublicUrl = new Uri("ftp://grep.example.org") }, "PublicUrl", HttpUrl),
        Server("public-url", new() { PublicUrl = new Uri("/x", UriKind.Relative) }, "PublicUrl", HttpUrl),
        Server("public-url", new() { PublicUrl = new Uri("http://grep.example.org/?q=1") }, "PublicUrl", HttpUrl),
        Server("public-url", new() { PublicUrl = new Uri("http://grep.example.org//evil.example") }, "PublicUrl", HttpUrl),
        Server("cors-origins", new() { CorsOrigins = ["notes.example.org"] }, "CorsOrigins", Origins),
        Server("cors-origins", new() { CorsOrigins = ["*", "http://notes.example.org"] }, "CorsOrigins", Origins),
        Server("max-requests", new() { MaxRequests = 0 }, "MaxRequests", "an integer in 1..100000"),
        Server("max-requests", new() { MaxRequests = 100_001 }, "MaxRequests", "an integer in 1..100000"),
        Server("header-timeout", new() { HeaderTimeout = TimeSpan.Zero }, "HeaderTimeout", Positive),
        Server("write-timeout", new() { WriteTimeout = TimeSpan.Zero }, "WriteTimeout", Positive),
        Server("write-timeout", new() { WriteTimeout = TooLong }, "WriteTimeout", Duration),
        Server("min-rate", new() { MinRate = -1 }, "MinRate", Size),
        Server("max-streams", new() { MaxStreams = 0 }, "MaxStreams", "an integer in 1..100000"),
        Server("shutdown-timeout", new() { ShutdownTimeout = Negative }, "ShutdownTimeout", Duration),
        Server("drain-delay", new() { DrainDelay = Timeout.InfiniteTimeSpan }, "DrainDelay", Duration),
        Server("", new() { MaxBodyBytes = 0 }, "MaxBodyBytes", "an integer in 1..2147483647"),
        Server("", new() { BodyTimeout = TimeSpan.Zero }, "BodyTimeout", Positive),
        Server("", new() { RequestTimeout = TimeSpan.Zero }, "RequestTimeout", Positive),
        Server("", new() { InstructionsPath = "web" }, "InstructionsPath", "a path that begins with /"),
        Search("dicts", new() { Folder = "" }, "Folder", "a path"),
        Search("watch", new() { Watch = (WatchMode)7 }, "Watch", "one of auto, off"),
        Search("engine", new() { Engine = (SearchEngine)7 }, "Engine", "one of grep, auto"),
        Search("cache-bytes", new() { CacheBytes = -1 }, "CacheBytes", Size),
        Search("index-bytes", new() { IndexBytes = -1 }, "IndexBytes", Size),
        Search("answer-bytes", new() { AnswerBytes = 1 }, "AnswerBytes", "a size of at least 64KiB"),
        Search("max-searches", new() { MaxSearches = 0 }, "MaxSearches", "an integer in 1..10000"),
        Search("max-follows", new() { MaxFollows = 0 }, "MaxFollows", "an integer in 1..100000"),
        Search("queue", new() { Queue = -1 }, "Queue", "an integer in 0..1000000"),
        Search("timeout", new() { Timeout = TimeSpan.Zero }, "Timeout", Positive),
        Search("search-memory", new() { MemoryBytes = (16L << 20) - 1 }, "MemoryBytes", "a size of at least 16MiB"),
        Storage("data", new() { DataFolder = "a\0b" }, "DataFolder", "a path"),
        Storage("database", new() { Database = "mysql://a/b" }, "Database", DatabaseUrl),
        ("services", new() { Services = ["serch"] }, "Settings.Services", Services),
        Storage("database", new() { Database = "sqlite:" }, "Database", DatabaseUrl),
        Storage("write-group", new() { WriteGroup = 0 }, "WriteGroup", "an integer in 1..10000"),
        Messages("max-message-store", new() { MaxStoreBytes = -1 }, "MaxStoreBytes", Size),
        Access("rate-limit", new() { RateLimit = new Rate(0, TimeSpan.FromSeconds(1)) }, "RateLimit", Rates),
        Access("rate-limit", new() { RateLimit = new Rate(1, TimeSpan.Zero) }, "RateLimit", Rates),
        Access("rate-limit-address", new() { RateLimitAddress = new Rate(1_000_001, TimeSpan.FromSeconds(1)) }, "RateLimitAddress", Rates),
        Access("key-file", new() { KeyFile = "" }, "KeyFile", "a path"),
        Access("", new() { TokenLifetime = TimeSpan.Zero }, "TokenLifetime", "a duration of at least 1s"),
        Jobs("workers", new() { Workers = -1 }, "Workers", "an integer in 0..1000"),
        Jobs("keep-jobs", new() { Keep = TimeSpan.Zero }, "Keep", Positive),
        Jobs("job-lease", new() { Lease = TimeSpan.FromMilliseconds(1_999) }, "Lease", "a duration of at least 2s"),
        Relay("upstream", [new("a b", new Uri("http://127.0.0.1/"))], Upstreams),
        Relay("upstream", [new("a", new Uri("ftp://127.0.0.1/"))], Upstreams),
        Relay("upstream", [new("a", new Uri("http://127.0.0.1/#top"))], Upstreams),
        Relay(
            "upstream",
            [new("a", new Uri("http://127.0.0.1/")), new("a", new Uri("http://127.0.0.2/"))],
            "a different name for each upstream"),
        Relay("relay-deadline", new() { Deadline = TimeSpan.Zero }, "Deadline", Positive),
        Relay("hedge-budget", new() { HedgeBudget = 2.01 }, "HedgeBudget", "a percentage in 0%..200%"),
        Relay("hedge-budget", new() { HedgeBudget = double.NaN }, "HedgeBudget", "a percentage in 0%..200%"),
        Log("log-format", new() { Format = (LogFormat)9 }, "Format", "one of text, json"),
        Log("log-level", new() { Level = (LogLevel)9 }, "Level", "one of trace, debug, information, warning, error, critical, none"),
        Log("otlp", new() { Otlp = new Uri("grpc://127.0.0.1") }, "Otlp", HttpUrl),
    ];

    public static IEnumerable<object[]> All => Enumerable.Range(0, Wrong.Count).Select(at => new object[] { at, Wrong[at].Key });

    [TestMethod, Timeout(30_000), DynamicData(nameof(All))]
    public async Task An_embedded_server_refuses_a_wrong_value_and_names_key_and_expected_form(int at, string key)
    {
        var refused = await Assert.ThrowsExactlyAsync<UsageError>(async () => await TinyServer.StartAsync(Wrong[at].Settings));

        var isSecret = SettingOptions.Rules.Single(rule => rule.Key == key).IsSecret;
        var rest = isSecret ? "; the value is not repeated, since it may hold a secret." : ", not '";
        StringAssert.StartsWith(refused.Message, $"{key}: expected {Wrong[at].Expected}{rest}", StringComparison.Ordinal);
        if (!isSecret) StringAssert.EndsWith(refused.Message, "'.", StringComparison.Ordinal);
    }

    [TestMethod]
    public void The_value_itself_is_named()
    {
        var refused = Assert.ThrowsExactly<UsageError>(new Settings { Server = new() { Port = 65_536 } }.Check);

        Assert.AreEqual("Settings.Server.Port: expected an integer in 0..65535, not '65536'.", refused.Message);
    }

    [TestMethod]
    public void Every_option_has_a_wrong_value_here_or_takes_any() => CollectionAssert.AreEquivalent(
        SettingOptions.All.Select(option => option.Name).Except(Free).ToArray(),
        Wrong.Select(wrong => wrong.Option).Where(option => option.Length > 0).Distinct().ToArray());

    [TestMethod, Timeout(30_000), DataRow("0.0.0.0"), DataRow("*"), DataRow("192.0.2.1")]
    public async Task An_embedded_server_gives_no_open_tokens_beyond_loopback(string host)
    {
        var settings = new Settings { Server = new() { Host = host, Port = 0 }, Access = new() { OpenTokens = true } };

        var refused = await Assert.ThrowsExactlyAsync<UsageError>(async () => await TinyServer.StartAsync(settings));

        Assert.AreEqual(
            $"--open-tokens gives a token to anybody who asks; it works on loopback only, not with --host {host}.", refused.Message);
    }

    [TestMethod, Timeout(30_000)]
    public async Task An_embedded_server_refuses_allowed_hosts_where_HttpListener_would_refuse_them_itself()
    {
        var settings = new Settings { Server = new() { AllowedHosts = ["grep.example.org"], Port = 0 } };

        var refused = await Assert.ThrowsExactlyAsync<UsageError>(async () => await TinyServer.StartAsync(settings));

        StringAssert.StartsWith(refused.Message, "--allowed-hosts needs --host 0.0.0.0: on 127.0.0.1", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(30_000)]
    public async Task An_embedded_server_refuses_to_protect_what_is_not_there()
    {
        var settings = new Settings { Server = new() { Port = 0 }, Access = new() { Protect = ["nothing"] } };

        var refused = await Assert.ThrowsExactlyAsync<UsageError>(async () => await TinyServer.StartAsync(settings));

        StringAssert.StartsWith(refused.Message, "--protect: there is no 'nothing'; there are ", StringComparison.Ordinal);
    }

    [TestMethod]
    public void What_is_at_its_bounds_or_not_set_at_all_is_taken()
    {
        new Settings().Check();
        new Settings
        {
            Server = new() { Host = "0.0.0.0", Port = 65_535, AllowedHosts = ["a.example"], RequestTimeout = Timeout.InfiniteTimeSpan },
            Search = new() { CacheBytes = 0, MemoryBytes = 16L << 20, Queue = 0 },
            Storage = new() { Database = "sqlite:x.db" },
            Access = new() { RateLimit = null, RateLimitAddress = new Rate(1, TimeSpan.FromHours(1)) },
            Jobs = new() { Workers = 0, Lease = TimeSpan.FromSeconds(2) },
            Relay = new() { HedgeBudget = 2, Upstreams = [new("cats", new Uri("https://127.0.0.1/a?b=c"))] },
        }.Check();
    }

    static (string, Settings, string, string) Server(string option, ServerSettings part, string key, string expected) =>
        (option, new Settings { Server = part }, $"Settings.Server.{key}", expected);

    static (string, Settings, string, string) Search(string option, SearchSettings part, string key, string expected) =>
        (option, new Settings { Search = part }, $"Settings.Search.{key}", expected);

    static (string, Settings, string, string) Storage(string option, StorageSettings part, string key, string expected) =>
        (option, new Settings { Storage = part }, $"Settings.Storage.{key}", expected);

    static (string, Settings, string, string) Messages(string option, MessageSettings part, string key, string expected) =>
        (option, new Settings { Messages = part }, $"Settings.Messages.{key}", expected);

    static (string, Settings, string, string) Access(string option, AccessSettings part, string key, string expected) =>
        (option, new Settings { Access = part }, $"Settings.Access.{key}", expected);

    static (string, Settings, string, string) Jobs(string option, JobSettings part, string key, string expected) =>
        (option, new Settings { Jobs = part }, $"Settings.Jobs.{key}", expected);

    static (string, Settings, string, string) Relay(string option, RelaySettings part, string key, string expected) =>
        (option, new Settings { Relay = part }, $"Settings.Relay.{key}", expected);

    static (string, Settings, string, string) Relay(string option, UpstreamAddress[] upstreams, string expected) =>
        Relay(option, new RelaySettings { Upstreams = upstreams }, "Upstreams", expected);

    static (string, Settings, string, string) Log(string option, LogSettings part, string key, string expected) =>
        (option, new Settings { Log = part }, $"Settings.Log.{key}", expected);
}
