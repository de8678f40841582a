// What deploy/scale.sh starts: nginx, servers, PostgreSQL, in a folder and on ports of the test's own. The ports lie below those
// that the system gives to outgoing connections, or one of these could take the port of a server that is just away.

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace TinyGrepServer.Tests.Deploy;

internal sealed class Cluster : IAsyncDisposable
{
    readonly TemporaryFolder folder = new();
    readonly int servers;
    readonly string[] options;
    string dicts = Path.Join(TestServer.Root, "dicts");
    long? heap;

    Cluster(int servers, string[] options)
    {
        (this.servers, this.options) = (servers, options);
        // PostgreSQL and nginx's workers are other users where the test is root.
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    public int Port { get; private set; }

    public Uri Url => new($"https://localhost:{Port}/");

    public string Data => Path.Join(folder.Path, "scale");

    /// <summary>Starts it and waits until all of it is ready; inconclusive where a program is missing.</summary>
    public static Task<Cluster> StartAsync(int servers, params string[] options) => StartAsync(new Cluster(servers, options));

    /// <summary>The same for servers that have little memory, and a folder of the test's own.</summary>
    /// <param name="heap">The most bytes of a server's heap.</param>
    public static Task<Cluster> StartSmallAsync(int servers, string dicts, long heap) =>
        StartAsync(new Cluster(servers, []) { dicts = dicts, heap = heap });

    static async Task<Cluster> StartAsync(Cluster cluster)
    {
        foreach (var program in (string[])["nginx", "openssl", "curl", "setsid", "ps"]) Programs.Find(program);
        if (!Directory.Exists("/usr/lib/postgresql")) Assert.Inconclusive("There is no PostgreSQL here.");
        while (true)
        {
            cluster.Port = 100 * Random.Shared.Next(110, 320);
            var (exitCode, _, errors) = await cluster.StartAgainAsync();
            if (exitCode == 0) return cluster;
            if (!errors.Contains("is taken", StringComparison.Ordinal)) Assert.Fail(errors);
        }
    }

    /// <summary>Starts what is not running.</summary>
    public Task<(int ExitCode, string Output, string Errors)> StartAgainAsync() =>
        RunAsync(
            [$"{servers}", "--detach", "--port", $"{Port}", "--dicts", dicts, "--program", TestServer.BinaryFolder, "--", .. options]);

    /// <summary>Runs deploy/scale.sh on this folder.</summary>
    public Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = Programs.Start("bash", [Path.Join(TestServer.Root, "deploy", "scale.sh"), "--data", Data, .. arguments]);
        if (heap is { } bytes) start.Environment["DOTNET_GCHeapHardLimit"] = $"{bytes:x}"; // in hexadecimal
        return TestServer.RunAsync(start);
    }

    /// <summary>The id of nginx, postgresql, server-1 and so on, as scale.sh has noted it.</summary>
    public int ProcessOf(string name) =>
        int.Parse(File.ReadAllText(Path.Join(Data, "run", $"{name}.pid")).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    public Task SignalAsync(string name, string signal) =>
        TestServer.RunAsync(Programs.Start("kill", [$"-{signal}", $"{ProcessOf(name)}"]));

    /// <summary>Asks one server past nginx.</summary>
    public Uri UrlOf(int server) => new($"http://127.0.0.1:{Port + server}/");

    public Task<string> LogAsync(string name) => File.ReadAllTextAsync(Path.Join(Data, "log", $"{name}.log"));

    /// <summary>A client that trusts the certificate the script made, and no other.</summary>
    public HttpClient NewClient(Version version) => new(new SocketsHttpHandler { SslOptions = Trust() })
    {
        BaseAddress = Url,
        DefaultRequestVersion = version,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>A connection to nginx over which the test writes what it likes.</summary>
    public async Task<SslStream> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(Trust());
        return stream;
    }

    /// <summary>Asks the database.</summary>
    public async Task<IReadOnlyList<string>> QueryAsync(string sql)
    {
        var password = (await File.ReadAllTextAsync(Path.Join(Data, "password"))).Trim();
        await using var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={Port + 99};Username=tinygrep;Password={password};Database=tinygrep;Pooling=false");
        await connection.OpenAsync();
        return [.. await Dapper.SqlMapper.QueryAsync<string>(connection, sql)];
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("stop");
        folder.Dispose();
    }

    SslClientAuthenticationOptions Trust()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(Path.Join(Data, "nginx", "certificate.pem")));
        return new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = policy };
    }
}
