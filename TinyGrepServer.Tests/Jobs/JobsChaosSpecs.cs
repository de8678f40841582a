// Servers are killed, again and again, while jobs come and run; a trigger in the database notes each change of hands. Then:
// every job that was taken in is done, and none was ever taken from a server that lived. TINYGREP_TEST_JOBS says how many jobs.

using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using TinyGrepServer.Storage;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Jobs;

[TestClass]
public sealed class JobsChaosSpecs
{
    const string Notes = "CREATE TABLE notes (id text NOT NULL, was text NOT NULL, state text NOT NULL, "
        + "old_holder text, holder text, old_attempts bigint NOT NULL, attempts bigint NOT NULL)";

    const string Note = "INSERT INTO notes VALUES (NEW.id, OLD.state, NEW.state, OLD.holder, NEW.holder, OLD.attempts, NEW.attempts)";

    static readonly int Jobs = int.Parse(Environment.GetEnvironmentVariable("TINYGREP_TEST_JOBS") ?? "1000", CultureInfo.InvariantCulture);
    static readonly ParallelOptions SixteenAtOnce = new() { MaxDegreeOfParallelism = 16 };
    static readonly string[] Worker = ["--job-lease", "6s", "--log-level", "warning"];

    readonly ConcurrentDictionary<string, byte> taken = new();
    readonly ConcurrentDictionary<string, byte> killed = new();

    [TestMethod, Timeout(600_000)]
    public async Task Three_servers_on_PostgreSQL_lose_no_job_while_one_is_killed_every_second()
    {
        using var folder = new TemporaryFolder();
        await using var front = await JobsServer.StartAsync(Engine.Postgres, folder, "--workers", "0");
        await using var database = NpgsqlDataSource.Create(PostgresUrl.ToConnectionString(front.Options[3]));
        await using var connection = await database.OpenConnectionAsync();
        await front.CountAsync("waiting"); // makes the table
        await connection.ExecuteAsync(
            $"{Notes}; CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {Note}; RETURN NULL; END $$; "
            + "CREATE TRIGGER noted AFTER UPDATE ON jobs FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION note()");
        var servers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => JobsServer.BesideAsync(front.Options, Worker)));

        var adding = AddAllAsync(() => front);
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var round = 0; await IsLeftAsync(connection, adding) || round < 3; round++)
        {
            await second.WaitForNextTickAsync();
            servers[round % 3] = await KillAndStartAsync(servers[round % 3]);
        }
        await adding;

        await AssertNothingLostAsync(connection);
        foreach (var server in servers) await server.DisposeAsync();
    }

    [TestMethod, Timeout(600_000)]
    public async Task A_server_on_SQLite_loses_no_job_while_it_is_killed_and_started_again()
    {
        using var folder = new TemporaryFolder();
        var server = await JobsServer.StartAsync(Engine.Sqlite, folder, Worker);
        await server.CountAsync("waiting"); // makes the table
        SqliteLibrary.Need();
        await using var connection = new SqliteConnection(
            $"Data Source={Path.Join(folder.Path, "data", "tinygrep.db")};Pooling=False;Default Timeout=30");
        await connection.OpenAsync();
        await connection.ExecuteAsync($"{Notes}; CREATE TRIGGER noted AFTER UPDATE ON jobs WHEN OLD.state <> NEW.state BEGIN {Note}; END");

        var adding = AddAllAsync(() => server);
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(2));
        for (var round = 0; round < 3 || !adding.IsCompleted; round++)
        {
            await ticks.WaitForNextTickAsync();
            server = await KillAndStartAsync(server);
        }
        await adding;
        await Wait.UntilAsync(async () => !await IsLeftAsync(connection, adding), "all are done", TimeSpan.FromMinutes(5));

        await AssertNothingLostAsync(connection);
        await server.DisposeAsync();
    }

    /// <summary>Sixteen clients at once; one whose server dies under it asks again. What got its 202 must be done in the end.</summary>
    Task AddAllAsync(Func<JobsServer> server) => Parallel.ForAsync(0, Jobs, SixteenAtOnce, async (at, _) =>
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            try
            {
                var job = $$$"""{"kind":"noop","input":{"milliseconds":{{{at % 40}}}},"max_attempts":100}""";
                taken.TryAdd(await server().AddAsync(job), 0);
                return;
            }
            catch (Exception gone) when (gone
                is HttpRequestException
                or ObjectDisposedException
                or InvalidOperationException
                or IOException
                or OperationCanceledException)
            {
                await pause.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    });

    async Task<JobsServer> KillAndStartAsync(JobsServer server)
    {
        killed.TryAdd(server.Server.Process.Id.ToString(CultureInfo.InvariantCulture), 0);
        await server.DisposeAsync(); // kill -9
        return await JobsServer.BesideAsync(server.Options, Worker);
    }

    static async Task<bool> IsLeftAsync(DbConnection connection, Task adding) =>
        !adding.IsCompleted || await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM jobs WHERE state <> 'done'") > 0;

    async Task AssertNothingLostAsync(DbConnection connection)
    {
        var done = (await connection.QueryAsync<string>("SELECT id FROM jobs WHERE state = 'done'")).ToHashSet();
        var twice = await connection.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM (SELECT id FROM notes WHERE state = 'done' GROUP BY id HAVING count(*) > 1) AS more");
        var takenOver = (await connection.QueryAsync<string>(
            "SELECT old_holder FROM notes WHERE was = 'running' AND state = 'waiting' AND attempts = old_attempts")).ToList();

        Assert.IsGreaterThanOrEqualTo(Jobs, done.Count);
        Assert.IsEmpty(taken.Keys.Where(id => !done.Contains(id)), "taken in, and not done");
        Assert.AreEqual(0, twice, "done twice");
        Assert.IsEmpty(takenOver.Where(holder => !killed.ContainsKey(holder.Split(':')[^2])), "taken from a server that lived");
        Console.WriteLine($"{done.Count} jobs done, {killed.Count} servers killed, {takenOver.Count} jobs taken over");
    }
}
