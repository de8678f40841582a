// All settings, one record a slice. Defaults < --config file < environment < flags; each layer changes the record it is
// given. SettingOptions is the table that command line, environment, file and help are all made from.

using TinyGrepServer.Access;
using TinyGrepServer.Jobs;
using TinyGrepServer.Relay;
using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer;

/// <summary>What a server can be told. The defaults serve <c>dicts/</c> on http://127.0.0.1:8080/.</summary>
public sealed record Settings
{
    public ServerSettings Server { get; init; } = new();

    public SearchSettings Search { get; init; } = new();

    public StorageSettings Storage { get; init; } = new();

    public AccessSettings Access { get; init; } = new();

    public JobSettings Jobs { get; init; } = new();

    public RelaySettings Relay { get; init; } = new();

    public LogSettings Log { get; init; } = new();

    /// <summary>Whether <c>/wait</c> and <c>/fail</c> are served and jobs of the kind <c>noop</c> taken in.</summary>
    public bool Diagnostics { get; init; }
}

/// <summary>One option.</summary>
/// <param name="Name">As on the command line, without <c>--</c>.</param>
/// <param name="Form">What its value looks like, for help.</param>
/// <param name="Help">What it does, with unit and default.</param>
/// <param name="Apply">Sets it; throws <see cref="FormatException"/> with the expected form.</param>
internal sealed record SettingOption(string Name, string Form, string Help, Func<Settings, string, Settings> Apply)
{
    /// <summary>May stand without a value, which then is <c>true</c>.</summary>
    public bool IsFlag { get; init; }

    /// <summary>May stand several times on the command line; elsewhere its values stand with commas between.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>The environment variable of the same meaning.</summary>
    public string EnvironmentName => $"TINYGREP_{Name.ToUpperInvariant().Replace('-', '_')}";
}

internal static class SettingOptions
{
    public static IReadOnlyList<SettingOption> All { get; } =
    [
        Server("host", "ADDRESS", "Address to listen on: 127.0.0.1, one IPv4 address of this machine, or 0.0.0.0 for all. Default 127.0.0.1.", (s, v) => s with { Host = Host(v) }),
        Server("port", "PORT", "TCP port, 0..65535; 0 takes any free one. Default 8080.", (s, v) => s with { Port = Units.Integer(v, 0, 65_535) }),
        Server("allowed-hosts", "NAMES", "Host names accepted beside loopback names and IP addresses, with commas between. Default none.", (s, v) => s with { AllowedHosts = Names(v) }),
        Server("public-url", "URL", "The address clients see, for links in answers. Default: the request's Host.", (s, v) => s with { PublicUrl = HttpUrl(v) }),
        Server("trusted-proxies", "ADDRESSES", "Proxies whose X-Forwarded-For is believed: addresses or networks such as 10.0.0.0/8, with commas between. Default none.", (s, v) => s with { TrustedProxies = Networks(v) }),
        Server("max-requests", "N", "Requests inside the server at once, 1..100000; one more gets 503. Default 2000.", (s, v) => s with { MaxRequests = Units.Integer(v, 1, 100_000) }),
        Server("write-timeout", "DURATION", "How long a client may take no byte of its answer before it is dropped. Default 30s.", (s, v) => s with { WriteTimeout = Positive(v) }),
        Server("shutdown-timeout", "DURATION", "How long a stop waits for running requests before it cancels them. Default 15s.", (s, v) => s with { ShutdownTimeout = Units.Duration(v) }),
        Server("drain-delay", "DURATION", "How long a stop goes on serving, with /readyz red, before it refuses new requests. Default 0s.", (s, v) => s with { DrainDelay = Units.Duration(v) }),
        Search("dicts", "FOLDER", "The folder to search; every regular file in it or below it is a dictionary. Default dicts.", (s, v) => s with { Folder = Path(v) }),
        Search("default-dictionary", "NAME", "The dictionary the first API asks where none is named. Default quotes.txt, else the first of the folder.", (s, v) => s with { DefaultDictionary = v }),
        Search("engine", "grep|auto", "What answers a question: grep always, or auto: plain terms scanned in process, grep for the rest; the same answers. Default grep.", (s, v) => s with { Engine = Units.OneOf<SearchEngine>(v) }),
        Search("cache-bytes", "SIZE", "The most bytes of answers kept for repeated questions; 0 keeps none. Default 64MiB.", (s, v) => s with { CacheBytes = Units.Size(v) }),
        Search("max-searches", "N", "Searches that run at once, 1..10000. Default 4 per core.", (s, v) => s with { MaxSearches = Units.Integer(v, 1, 10_000) }),
        Search("queue", "N", "Searches that may wait for their turn, 0..1000000; one more gets 503. Default 1000.", (s, v) => s with { Queue = Units.Integer(v, 0, 1_000_000) }),
        Search("timeout", "DURATION", "How long a search may take, waiting for its turn included. Default 10s.", (s, v) => s with { Timeout = Positive(v) }),
        Search("search-memory", "SIZE", "Address space of one grep, at least 16MiB. Default 512MiB.", (s, v) => s with { MemoryBytes = Units.Size(v) is var bytes and >= 16L << 20 ? bytes : throw new FormatException("a size of at least 16MiB") }),
        new("diagnostics", "BOOL", "Serve GET /wait and GET /fail, and take jobs of the kind noop. Default false.", (s, v) => s with { Diagnostics = Units.Flag(v) }) { IsFlag = true },
        Storage("data", "FOLDER", "The folder of the database and the key file; made when first needed, for its owner alone. Default data.", (s, v) => s with { DataFolder = Path(v) }),
        Storage("database", "URL", "sqlite:FILE, or postgres://USER:PASSWORD@HOST:PORT/NAME where there is more than one server. Default sqlite:data/tinygrep.db.", (s, v) => s with { Database = DatabaseUrl(v) }),
        Storage("write-group", "N", "The most writes of concurrent requests that SQLite commits together, 1..10000. Default 256.", (s, v) => s with { WriteGroup = Units.Integer(v, 1, 10_000) }),
        Access("open-tokens", "BOOL", "Gives any user name a token without a password; on loopback only. Default false.", (s, v) => s with { OpenTokens = Units.Flag(v) }) with { IsFlag = true },
        Access("protect", "NAMES", "Slices or groups of routes that need a token, too: search, dictionaries, messages and so on, with commas between. Default none.", (s, v) => s with { Protect = Names(v) }),
        Access("rate-limit", "RATE", "How often one user may ask, such as 200/s, 30/m or off; bursts of twice that pass. Default 200/s.", (s, v) => s with { RateLimit = Rate.Parse(v) }),
        Access("rate-limit-address", "RATE", "How often one address may ask, with or without a token. Default off.", (s, v) => s with { RateLimitAddress = Rate.Parse(v) }),
        Access("key-file", "FILE", "The keys that sign tokens; servers that share it accept each other's. Default keys.json in the data folder.", (s, v) => s with { KeyFile = Path(v) }),
        Jobs("workers", "N", "Jobs that run at once on this server, 0..1000; 0: it only takes them in. Default 2.", (s, v) => s with { Workers = Units.Integer(v, 0, 1_000) }),
        Jobs("keep-jobs", "DURATION", "How long a job stays after its end. Default 7d.", (s, v) => s with { Keep = Positive(v) }),
        Jobs("job-lease", "DURATION", "How long a job is its server's without a sign of life before another takes it over, at least 2s. Default 15s.", (s, v) => s with { Lease = Positive(v) is var lease && lease >= TimeSpan.FromSeconds(2) ? lease : throw new FormatException("a duration of at least 2s") }),
        Relay("upstream", "[NAME=]URL", "A server for the relay to ask with GET: a bare URL is the default one, NAME=URL is /api/v1/relay/NAME; may be repeated, or with commas between. Default none.", (s, v) => s with { Upstreams = UpstreamAddress.ParseAll(v) }) with { IsRepeatable = true },
        Relay("upstream-require", "NAMES", "Members that an upstream's JSON object must have to be a success, with commas between. Default none.", (s, v) => s with { Required = Names(v) }),
        Relay("relay-deadline", "DURATION", "How long a relayed request may take where it names no timeout or a longer one. Default 60s.", (s, v) => s with { Deadline = Positive(v) }),
        Relay("hedge-budget", "PERCENT", "Further attempts the relay may make, 0%..200% of its requests, plus 20 a second saved up for 10 s; 0% switches hedging off. Default 20%.", (s, v) => s with { HedgeBudget = Units.Percent(v, 200) }),
        Log("log-format", "text|json", "How log lines on stderr look. Default text.", (s, v) => s with { Format = Units.OneOf<LogFormat>(v) }),
        Log("log-level", "LEVEL", "The least severe level logged: trace, debug, information, warning, error, critical, none. Default information.", (s, v) => s with { Level = Units.OneOf<LogLevel>(v) }),
        Log("otlp", "URL", "An OpenTelemetry collector for logs and traces, OTLP over HTTP, such as http://127.0.0.1:4318. Default none.", (s, v) => s with { Otlp = HttpUrl(v) }),
    ];

    /// <summary>Sets one option.</summary>
    /// <param name="source">Where the value stands, for the message: <c>--port</c>, <c>TINYGREP_PORT</c>, <c>file.conf line 3: port</c>.</param>
    /// <exception cref="UsageError">The value is not of the expected form.</exception>
    public static Settings Set(this Settings settings, SettingOption option, string value, string source)
    {
        try
        {
            return option.Apply(settings, value);
        }
        catch (FormatException expected)
        {
            throw new UsageError($"{source}: expected {expected.Message}, not '{value}'.");
        }
    }

    static SettingOption Server(string name, string form, string help, Func<ServerSettings, string, ServerSettings> apply) =>
        new(name, form, help, (settings, value) => settings with { Server = apply(settings.Server, value) });

    static SettingOption Search(string name, string form, string help, Func<SearchSettings, string, SearchSettings> apply) =>
        new(name, form, help, (settings, value) => settings with { Search = apply(settings.Search, value) });

    static SettingOption Storage(string name, string form, string help, Func<StorageSettings, string, StorageSettings> apply) =>
        new(name, form, help, (settings, value) => settings with { Storage = apply(settings.Storage, value) });

    static SettingOption Access(string name, string form, string help, Func<AccessSettings, string, AccessSettings> apply) =>
        new(name, form, help, (settings, value) => settings with { Access = apply(settings.Access, value) });

    static SettingOption Jobs(string name, string form, string help, Func<JobSettings, string, JobSettings> apply) =>
        new(name, form, help, (settings, value) => settings with { Jobs = apply(settings.Jobs, value) });
    static SettingOption Relay(string name, string form, string help, Func<RelaySettings, string, RelaySettings> apply) =>
        new(name, form, help, (settings, value) => settings with { Relay = apply(settings.Relay, value) });

    static SettingOption Log(string name, string form, string help, Func<LogSettings, string, LogSettings> apply) =>
        new(name, form, help, (settings, value) => settings with { Log = apply(settings.Log, value) });

    static string Path(string text) => text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal) ? text : throw new FormatException("a path");

    static TimeSpan Positive(string text) =>
        Units.Duration(text) is var value && value > TimeSpan.Zero ? value : throw new FormatException("a duration above zero, such as 500ms or 10s");

    static string Host(string text) =>
        text is "localhost" or "*" or "+" || (System.Net.IPAddress.TryParse(text, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
            ? text
            : throw new FormatException("localhost or an IPv4 address (0.0.0.0 for all)");

    static string[] Names(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static System.Net.IPNetwork[] Networks(string text) =>
    [
        .. Names(text).Select(name => System.Net.IPAddress.TryParse(name, out var one) ? new System.Net.IPNetwork(one, one.GetAddressBytes().Length * 8)
            : System.Net.IPNetwork.TryParse(name, out var network) ? network
            : throw new FormatException("addresses or networks such as 127.0.0.1 or 10.0.0.0/8, with commas between")),
    ];

    static string DatabaseUrl(string text)
    {
        if (text.StartsWith("sqlite:", StringComparison.Ordinal) && text.Length > "sqlite:".Length) return $"sqlite:{Path(text["sqlite:".Length..])}";
        PostgresUrl.ToConnectionString(text);
        return text;
    }

    static Uri HttpUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme is "http" or "https") && url.Query.Length + url.Fragment.Length == 0
            ? url
            : throw new FormatException("an http or https URL without a query, such as https://grep.example.org");
}
