// A real PostgreSQL of the tests' own: a cluster in a temporary folder, on a free port of 127.0.0.1, started when the first test
// asks for it and stopped after the last. Each test gets a database of its own.

using System.Diagnostics;
using Dapper;
using Npgsql;

namespace TinyGrepServer.Tests.Storage;

internal sealed class PostgresServer : IAsyncDisposable
{
    static readonly SemaphoreSlim Gate = new(1, 1);
    static PostgresServer? shared;
    static int databases;

    readonly TemporaryFolder folder = new();
    readonly string binaries;
    Process? process;

    PostgresServer(string binaries) => this.binaries = binaries;

    public int Port { get; private set; }

    string Data => Path.Join(folder.Path, "data");

    /// <summary>The one that tests share; inconclusive where PostgreSQL is not installed.</summary>
    public static async Task<PostgresServer> SharedAsync()
    {
        await Gate.WaitAsync();
        try
        {
            return shared ??= await StartAsync();
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>Stops the shared one, if there is one.</summary>
    public static async Task StopSharedAsync()
    {
        if (shared is not null) await shared.DisposeAsync();
    }

    /// <summary>One of a test's own, that it may stop and start.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        const string Versions = "/usr/lib/postgresql";
        var newest = (Directory.Exists(Versions) ? Directory.GetDirectories(Versions) : [])
            .MaxBy(path => int.Parse(Path.GetFileName(path), System.Globalization.CultureInfo.InvariantCulture));
        if (newest is null) Assert.Inconclusive("There is no PostgreSQL here.");
        var server = new PostgresServer(Path.Join(newest, "bin"));
        await server.MakeClusterAsync();
        server.Port = Ports.Free(); // not before: this takes seconds, and other tests open a thousand
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>A new, empty database; returns its URL as <c>--database</c> takes it.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"test{Interlocked.Increment(ref databases)}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {name}");
        return $"postgres://tinygrep@127.0.0.1:{Port}/{name}";
    }

    /// <summary>Runs a statement as the superuser.</summary>
    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={Port};Username=tinygrep;Database={database};Pooling=false;Timeout=30");
        await connection.OpenAsync();
        await connection.ExecuteAsync(sql);
    }

    /// <summary>Starts it on the same port and data as before.</summary>
    public async Task StartAgainAsync()
    {
        process = Process.Start(As(
            "postgres",
            "-D", Data,
            "-p", $"{Port}",
            "-k", folder.Path,
            "-c", "listen_addresses=127.0.0.1",
            "-c", "max_connections=200"))!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Wait.UntilAsync(IsReadyAsync, "PostgreSQL is ready", TimeSpan.FromSeconds(60));
    }

    /// <summary>Ends it as a crash would, or, fast, with its clients cut off.</summary>
    public async Task StopAsync(bool crash = false)
    {
        // SIGQUIT is PostgreSQL's immediate shutdown: no checkpoint, recovery at the next start. SIGINT its fast one.
        await TestServer.RunAsync(Programs.Start("kill", [crash ? "-QUIT" : "-INT", $"{process!.Id}"]));
        await process.WaitForExitAsync();
    }

    /// <summary>Sends a signal (STOP, CONT) to every one of its processes.</summary>
    public Task SignalAllAsync(string signal)
    {
        var children = ProcessTable.ChildrenOf(process!.Id).Select(id => $"{id}");
        return TestServer.RunAsync(Programs.Start("kill", [$"-{signal}", $"{process.Id}", .. children]));
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false }) await StopAsync(crash: true);
        process?.Dispose();
        folder.Dispose();
    }

    async Task MakeClusterAsync()
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        const UnixFileMode Other = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(folder.Path, Owner | Other);
        var (exitCode, _, errors) = await TestServer.RunAsync(As(
            "initdb", "-D", Data, "-U", "tinygrep", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale", "C.UTF-8"));
        Assert.AreEqual(0, exitCode, errors);
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    ProcessStartInfo As(string program, params string[] arguments)
    {
        var path = Path.Join(binaries, program);
        var start = Environment.UserName == "root"
            ? Programs.Start("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", path, .. arguments])
            : new ProcessStartInfo(path, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
        start.WorkingDirectory = folder.Path;
        return start;
    }

    async Task<bool> IsReadyAsync()
    {
        Assert.IsFalse(process!.HasExited, "PostgreSQL ended at its start");
        try
        {
            await ExecuteAsync("postgres", "SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}

/// <summary>Where a test keeps its data: run against both by [DataRow].</summary>
public enum Engine
{
    Sqlite,
    Postgres,
}

/// <summary>The options of a server with a database of its own, SQLite's in a folder of the test's.</summary>
internal static class Databases
{
    public static async Task<string[]> OptionsAsync(Engine engine, TemporaryFolder folder) =>
        engine == Engine.Sqlite
            ? ["--data", Path.Join(folder.Path, "data")]
            : ["--data", Path.Join(folder.Path, "data"), "--database", await (await PostgresServer.SharedAsync()).NewDatabaseAsync()];
}
