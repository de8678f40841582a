// The table of options. Command line, environment, configuration file, help and the checks of settings are all made from it.

using TinyGrepServer.Access;
using TinyGrepServer.Jobs;
using TinyGrepServer.Messages;
using TinyGrepServer.Relay;
using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;
using TinyGrepServer.Telemetry;
using static TinyGrepServer.SettingValues;

namespace TinyGrepServer;

internal static partial class SettingOptions
{
    static readonly SettingsPart<Settings> Root = new("Settings", all => all, (_, all) => all);
    static readonly SettingsPart<ServerSettings> Server =
        new("Settings.Server", all => all.Server, (all, part) => all with { Server = part });

    static readonly SettingsPart<SearchSettings> Search =
        new("Settings.Search", all => all.Search, (all, part) => all with { Search = part });

    static readonly SettingsPart<StorageSettings> Storage =
        new("Settings.Storage", all => all.Storage, (all, part) => all with { Storage = part });

    static readonly SettingsPart<MessageSettings> Messages =
        new("Settings.Messages", all => all.Messages, (all, part) => all with { Messages = part });

    static readonly SettingsPart<AccessSettings> Access =
        new("Settings.Access", all => all.Access, (all, part) => all with { Access = part });

    static readonly SettingsPart<JobSettings> Jobs = new("Settings.Jobs", all => all.Jobs, (all, part) => all with { Jobs = part });

    static readonly SettingsPart<RelaySettings> Relay =
        new("Settings.Relay", all => all.Relay, (all, part) => all with { Relay = part });

    static readonly SettingsPart<LogSettings> Log = new("Settings.Log", all => all.Log, (all, part) => all with { Log = part });

    public static IReadOnlyList<SettingOption> All { get; } =
    [
        Server.Option(
            "host", "ADDRESS",
            "Address to listen on: 127.0.0.1, one IPv4 address of this machine, or 0.0.0.0 for all. Default 127.0.0.1.",
            Host, part => part.Host, (part, value) => part with { Host = value }),

        Server.Option(
            "port", "PORT",
            "TCP port, 0..65535; 0 takes any free one. Default 8080.",
            Integer(0, 65_535), part => part.Port, (part, value) => part with { Port = value }),

        Server.Option(
            "allowed-hosts", "NAMES",
            "Host names to accept in addition to loopback names and IP addresses, comma-separated. Default none.",
            Names, part => part.AllowedHosts, (part, value) => part with { AllowedHosts = value }),

        Server.Option(
            "public-url", "URL",
            "The URL clients use to reach the server, for links in answers; it may have a path. Default: as a trusted proxy reports " +
            "it, else from the request's Host.",
            HttpUrl, part => part.PublicUrl, (part, value) => part with { PublicUrl = value }),

        Server.Option(
            "cors-origins", "ORIGINS",
            "Origins of other sites' pages that may send requests and read answers, such as https://notes.example.org, " +
            "comma-separated; * alone means all. Default none.",
            PageOrigins, part => part.CorsOrigins, (part, value) => part with { CorsOrigins = value }),

        Server.Option(
            "trusted-proxies", "ADDRESSES",
            "Proxies whose X-Forwarded-For, -Proto, -Host and -Prefix are trusted: addresses or networks such as 10.0.0.0/8, " +
            "comma-separated. Default none.",
            Networks, part => part.TrustedProxies, (part, value) => part with { TrustedProxies = value }),

        Server.Option(
            "max-requests", "N",
            "Requests in the server at once, 1..100000; one more gets 503. Default 2000, or fewer if memory is small: one per 256 KiB.",
            Integer(1, 100_000), part => part.MaxRequests, (part, value) => part with { MaxRequests = value }),

        Server.Option(
            "header-timeout", "DURATION",
            "How long a request's header may take to arrive before the connection is closed. Default 10s.",
            PositiveDuration, part => part.HeaderTimeout, (part, value) => part with { HeaderTimeout = value }),

        Server.Option(
            "write-timeout", "DURATION",
            "How long a client may go without reading any of its answer before it is dropped. Default 30s.",
            PositiveDuration, part => part.WriteTimeout, (part, value) => part with { WriteTimeout = value }),

        Server.Option(
            "min-rate", "SIZE",
            "Bytes per second that a client must read, measured over ten seconds, while its answer waits; a slower one is dropped. 0: " +
            "no minimum. Default 8KiB.",
            Size, part => part.MinRate, (part, value) => part with { MinRate = value }),

        Server.Option(
            "max-streams", "N",
            "Answers over 1 MiB sent at once, 1..100000; one more gets 503. One address may have at most half. Default 64.",
            Integer(1, 100_000), part => part.MaxStreams, (part, value) => part with { MaxStreams = value }),

        Server.Option(
            "shutdown-timeout", "DURATION",
            "How long a stop waits for running requests before it cancels them. Default 15s.",
            Duration, part => part.ShutdownTimeout, (part, value) => part with { ShutdownTimeout = value }),

        Server.Option(
            "drain-delay", "DURATION",
            "How long the server keeps serving after it was told to stop, with /readyz at 503, before it refuses new requests. Default 0s.",
            Duration, part => part.DrainDelay, (part, value) => part with { DrainDelay = value }),

        .. SearchOptions,

        Root.Option(
            "services", "NAMES",
            "What to serve: any of search, messages, movies, relay, jobs and web, comma-separated, or none. Default all.",
            ServiceNames, part => part.Services, (part, value) => part with { Services = value }),

        Root.Option(
            "diagnostics", "BOOL",
            "Serve GET /wait, /fail and /internal/walk, and accept jobs of the kind noop. Default false.",
            Flag, part => part.Diagnostics, (part, value) => part with { Diagnostics = value }) with { IsFlag = true },

        Storage.Option(
            "data", "FOLDER",
            "The folder of the database and the key file; created when first needed, accessible to its owner only. Default data.",
            FilePath, part => part.DataFolder, (part, value) => part with { DataFolder = value }),

        Storage.Option(
            "database", "URL",
            "sqlite:FILE, or postgres://USER:PASSWORD@HOST:PORT/NAME for more than one server. Default sqlite:data/tinygrep.db.",
            DatabaseUrl, part => part.Database, (part, value) => part with { Database = value }),

        Storage.Option(
            "write-group", "N",
            "The most writes of concurrent requests that SQLite commits together, 1..10000. Default 256.",
            Integer(1, 10_000), part => part.WriteGroup, (part, value) => part with { WriteGroup = value }),

        Messages.Option(
            "max-message-store", "SIZE",
            "Size of the message store beyond which requests without a token get 507; at 0 they can never add to it. Default 1GiB.",
            Size, part => part.MaxStoreBytes, (part, value) => part with { MaxStoreBytes = value }),

        Access.Option(
            "open-tokens", "BOOL",
            "Give any user name a token without a password; on loopback only. Default false.",
            Flag, part => part.OpenTokens, (part, value) => part with { OpenTokens = value }) with { IsFlag = true },

        Access.Option(
            "protect", "NAMES",
            "Slices or groups of routes that also need a token: search, dictionaries, messages and so on, comma-separated. Default none.",
            Names, part => part.Protect, (part, value) => part with { Protect = value }),

        Access.Option(
            "rate-limit", "RATE",
            "How many requests one user may send, such as 200/s, 30/m or off; bursts of twice that pass. Default 200/s.",
            RateLimit, part => part.RateLimit, (part, value) => part with { RateLimit = value }),

        Access.Option(
            "rate-limit-address", "RATE",
            "How many requests one address may send, with or without a token. Default off.",
            RateLimit, part => part.RateLimitAddress, (part, value) => part with { RateLimitAddress = value }),

        Access.Option(
            "key-file", "FILE",
            "The keys that sign tokens; servers that share the file accept each other's tokens. Default keys.json in the data folder.",
            FilePath, part => part.KeyFile, (part, value) => part with { KeyFile = value }),

        Jobs.Option(
            "workers", "N",
            "Jobs that run at once on this server, 0..1000; 0: it only accepts them. Default 2.",
            Integer(0, 1_000), part => part.Workers, (part, value) => part with { Workers = value }),

        Jobs.Option(
            "keep-jobs", "DURATION",
            "How long a finished job is kept. Default 7d.",
            PositiveDuration, part => part.Keep, (part, value) => part with { Keep = value }),

        Jobs.Option(
            "job-lease", "DURATION",
            "How long a server may go without renewing a job's lease before another takes the job over, at least 2s. Default 15s.",
            DurationFrom(TimeSpan.FromSeconds(2), "2s"), part => part.Lease, (part, value) => part with { Lease = value }),

        Relay.Option(
            "upstream", "[NAME=]URL",
            "A server the relay sends GETs to: a bare URL is the default one, NAME=URL is /api/v1/relay/NAME; may be repeated or " +
            "comma-separated. Default none.",
            Upstreams, part => part.Upstreams, (part, value) => part with { Upstreams = value }) with { IsRepeatable = true },

        Relay.Option(
            "upstream-require", "NAMES",
            "Members that an upstream's JSON object must have to count as a success, comma-separated. Default none.",
            Names, part => part.Required, (part, value) => part with { Required = value }),

        Relay.Option(
            "relay-deadline", "DURATION",
            "How long a relayed request may take if it names no timeout, or a longer one. Default 60s.",
            PositiveDuration, part => part.Deadline, (part, value) => part with { Deadline = value }),

        Relay.Option(
            "hedge-budget", "PERCENT",
            "Extra attempts the relay may make: 0%..200% of its requests, plus 20 a second saved up for 10 s; 0% turns hedging off. " +
            "Default 20%.",
            Percent(200), part => part.HedgeBudget, (part, value) => part with { HedgeBudget = value }),

        Log.Option(
            "log-format", "text|json",
            "The format of log lines on stderr. Default text.",
            OneOf<LogFormat>(), part => part.Format, (part, value) => part with { Format = value }),

        Log.Option(
            "log-level", "LEVEL",
            "The least severe level logged: trace, debug, information, warning, error, critical, none. Default information.",
            OneOf<LogLevel>(), part => part.Level, (part, value) => part with { Level = value }),

        Log.Option(
            "otlp", "URL",
            "An OpenTelemetry collector that gets logs and traces, OTLP over HTTP, such as http://127.0.0.1:4318. Default none.",
            SecretHttpUrl, part => part.Otlp, (part, value) => part with { Otlp = value }),
    ];

    /// <summary>What every value must be: those of the options, and those that can be set in code alone.</summary>
    public static IReadOnlyList<SettingRule> Rules { get; } =
    [
        .. All.Select(option => option.Rule),
        Server.Rule(Integer(1, int.MaxValue), part => part.MaxBodyBytes),
        Server.Rule(PositiveDuration, part => part.BodyTimeout),
        Server.Rule(PositiveOrInfinite, part => part.RequestTimeout),
        Server.Rule(UrlPath, part => part.InstructionsPath),
        Access.Rule(DurationFrom(TimeSpan.FromSeconds(1), "1s"), part => part.TokenLifetime),
    ];

    /// <summary>Sets one option.</summary>
    /// <param name="source">
    /// Where the value stands, for the message: <c>--port</c>, <c>TINYGREP_PORT</c>, <c>file.conf line 3: port</c>.
    /// </param>
    /// <exception cref="UsageError">The value is not of the expected form.</exception>
    public static Settings Set(this Settings settings, SettingOption option, string value, string source)
    {
        try
        {
            return option.Apply(settings, value);
        }
        catch (FormatException expected)
        {
            throw new UsageError($"{source}: {option.Refusal(expected, value)}");
        }
    }
}
