// Writes that are committed together stand or fall alone.

using System.Net;
using Dapper;
using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;
using TinyGrepServer.Telemetry;
using TinyGrepServer.Tests.Messages;

namespace TinyGrepServer.Tests.Storage;

[TestClass]
public sealed class GroupCommitSpecs
{
    static readonly HttpClient Http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 });

    [TestMethod, Timeout(120_000)]
    [DataRow("INSERT INTO own VALUES ('first')")]
    [DataRow("INSERT INTO own VALUES (NULL)")]
    [DataRow("INSERT INTO nowhere VALUES (1)")]
    [DataRow("INSERT INTO own VALUES (zeroblob(2000000000))")]
    [DataRow("not SQL")]
    public async Task A_write_that_fails_takes_no_other_with_it(string statement)
    {
        using var folder = new TemporaryFolder();
        await using var server = await StartAsync(folder, statement);
        using var first = await Http.PostAsync(new Uri(server.Url, "/own/first"), null);

        var replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(async number =>
        {
            var reply = await Http.PostAsync(new Uri(server.Url, number % 5 == 0 ? $"/bad/{number}" : $"/own/{number}"), null);
            return (number, reply.StatusCode);
        }));
        var kept = await Http.GetStringAsync(new Uri(server.Url, "/count"));

        Assert.AreEqual(HttpStatusCode.OK, first.StatusCode);
        Assert.IsEmpty(replies.Where(reply => reply.number % 5 != 0 && reply.StatusCode != HttpStatusCode.OK).ToList());
        Assert.IsEmpty(replies.Where(reply => reply.number % 5 == 0 && (int)reply.StatusCode < 400).ToList());
        Assert.AreEqual("161", kept, "what a failed write had done before is undone");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Many_writes_share_a_commit()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(await Databases.OptionsAsync(Engine.Sqlite, folder));

        await Task.WhenAll(Enumerable.Range(0, 500).Select(number => server.Http.PostAsync("/messages", MessagesSpecs.Raw($"{number}"))));
        var writes = await server.GaugeAsync("tinygrep_database_writes_total");
        var commits = await server.GaugeAsync("tinygrep_database_commits_total");

        Assert.IsGreaterThanOrEqualTo(500, writes); // the workers that look for jobs write, too
        Assert.IsLessThan(writes, commits);
    }

    static Task<TinyServer> StartAsync(TemporaryFolder folder, string statement) => TinyServer.StartAsync(
        new Settings
        {
            Server = new ServerSettings { Port = 0 },
            Search = new SearchSettings { Folder = Path.Join(TestServer.Root, "dicts") },
            Storage = new StorageSettings { DataFolder = Path.Join(folder.Path, "data") },
            Log = new LogSettings { Level = Microsoft.Extensions.Logging.LogLevel.None },
        },
        app =>
        {
            var database = app.Database;
            database.Add(new Migration("Own", 1, "CREATE TABLE own (name text PRIMARY KEY NOT NULL)"));
            app.Map("POST", "/own/{name}", (exchange, stop) => WriteAsync(database, exchange.RouteValue("name"), null, stop));
            app.Map("POST", "/bad/{name}", (exchange, stop) => WriteAsync(database, exchange.RouteValue("name"), statement, stop));
            app.Map("GET", "/count", async (_, stop) =>
            {
                var count = await database.ReadAsync(read => read.ExecuteScalarAsync<long>("SELECT count(*) FROM own"), stop);
                return Reply.Text($"{count}");
            });
        });

    static async Task<Reply> WriteAsync(Database database, string name, string? further, CancellationToken stop)
    {
        await database.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                await connection.ExecuteAsync("INSERT INTO own VALUES (@name)", new { name }, transaction);
                return further is null ? 0 : await connection.ExecuteAsync(further, transaction: transaction);
            },
            stop);
        return Reply.Text(name);
    }
}
