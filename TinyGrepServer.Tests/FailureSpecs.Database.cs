// The database's rows of docs/failures.md.

using System.Diagnostics;
using System.Net;
using TinyGrepServer.Tests.Messages;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests;

public sealed partial class FailureSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task The_database_is_locked()
    {
        using var folder = new TemporaryFolder();
        var options = await Databases.OptionsAsync(Engine.Sqlite, folder);
        await using var server = await TestServer.StartAsync(options);
        await StoresAsync(server, "before");

        await using (await SqliteLock.TakeAsync(DatabaseShell.SqliteFile(options)))
        {
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, 8)
                .Select(number => IsUnavailableAsync(server, "it is locked by another program", $"{number}")));
            Assert.IsLessThan(TimeSpan.FromSeconds(8), watch.Elapsed, "nobody waits for all who came before");
            using var read = await server.Http.GetAsync("/messages/" + new string('0', 64));
            Assert.AreEqual(HttpStatusCode.NotFound, read.StatusCode, "reading goes on");
        }

        await RecoversAsync(server);
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_message_store_is_full()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(
            [.. await Databases.OptionsAsync(Engine.Sqlite, folder), "--max-message-store", "300"]);
        var page = await StoresAsync(server, "before");

        using var full = await server.Http.PostAsync("/messages", MessagesSpecs.Raw(new string('x', 300)));

        Assert.AreEqual(HttpStatusCode.InsufficientStorage, full.StatusCode);
        StringAssert.Contains(await full.Content.ReadAsStringAsync(), "--max-message-store", StringComparison.Ordinal);
        Assert.AreEqual("""{"message":"before"}""", await server.Http.GetStringAsync(page));
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_database_file_is_gone()
    {
        using var folder = new TemporaryFolder();
        var options = await Databases.OptionsAsync(Engine.Sqlite, folder);
        await using var server = await TestServer.StartAsync(options);
        var page = await StoresAsync(server, "before");
        var file = DatabaseShell.SqliteFile(options);

        File.Move(file, file + ".away");
        await IsUnavailableAsync(server, "its file is gone or may not be opened");
        using var read = await server.Http.GetAsync(page);
        Assert.IsFalse(File.Exists(file), "no new, empty database");
        File.Move(file + ".away", file);

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, read.StatusCode);
        await RecoversAsync(server);
        Assert.AreEqual("""{"message":"before"}""", await server.Http.GetStringAsync(page));
    }

    [TestMethod, Timeout(120_000)]
    public async Task The_disk_under_the_database_is_full()
    {
        using var folder = new TemporaryFolder();
        await using var server = await OwnMounts.StartAsync(
            $"mount -t tmpfs -o size=1m none '{folder.Path}'", "--data", Path.Join(folder.Path, "data"));
        var page = await StoresAsync(server, "before");
        var fill = OwnMounts.Inside(server, Path.Join(folder.Path, "fill"));

        Assert.ThrowsExactly<IOException>(() => File.WriteAllBytes(fill, new byte[2_000_000]));
        for (var round = 0; round < 3; round++)
        {
            // Not /readyz: what the failed write gives back may well be room for the probe's small one, and then green is true.
            await IsRefusedAsync(server, "its disk", new string('x', 100_000 + round));
            Assert.AreEqual("""{"message":"before"}""", await server.Http.GetStringAsync(page), "reading goes on");
        }
        File.Delete(fill);

        await RecoversAsync(server);
        Assert.AreEqual("""{"message":"before"}""", await server.Http.GetStringAsync(page));
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_data_folder_may_not_be_written()
    {
        using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b101_000_101);
        var start = Unprivileged.Command("--port", "0", "--data", Path.Join(folder.Path, "data"));
        await using var server = await TestServer.AttachAsync(Process.Start(start)!);

        await IsUnavailableAsync(server, "its folder or file may not be written");
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_111_111);

        await RecoversAsync(server);
    }

    [TestMethod, Timeout(120_000)]
    public async Task PostgreSQL_is_stopped()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var server = await TestServer.StartAsync("--database", await postgres.NewDatabaseAsync());
        await StoresAsync(server, "before");

        await postgres.StopAsync();
        await IsUnavailableAsync(server, "");
        await postgres.StartAgainAsync();

        await RecoversAsync(server);
    }

    [TestMethod, Timeout(180_000)]
    public async Task PostgreSQL_hangs()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var server = await TestServer.StartAsync("--database", await postgres.NewDatabaseAsync());
        var page = await StoresAsync(server, "before");

        await postgres.SignalAllAsync("STOP");
        try
        {
            var watch = Stopwatch.StartNew();
            var reads = Enumerable.Range(0, 40).Select(_ => server.Http.GetAsync(page)).ToList();
            var probed = IsRedAsync(server);
            await IsRefusedAsync(server, "it does not answer", "meanwhile");
            Assert.IsTrue((await Task.WhenAll(reads)).All(reply => reply.StatusCode == HttpStatusCode.ServiceUnavailable));
            Assert.IsLessThan(TimeSpan.FromSeconds(45), watch.Elapsed);
            await probed;
            using var search = await server.Http.GetAsync("/api/v1/search?q=cache");
            Assert.AreEqual(HttpStatusCode.OK, search.StatusCode, "what needs no database goes on");
        }
        finally
        {
            await postgres.SignalAllAsync("CONT");
        }

        await RecoversAsync(server);
        Assert.AreEqual("""{"message":"before"}""", await server.Http.GetStringAsync(page));
    }

    [TestMethod, Timeout(120_000)]
    public async Task PostgreSQL_refuses_us()
    {
        var url = await (await PostgresServer.SharedAsync()).NewDatabaseAsync();
        await using var nameless = await TestServer.StartAsync("--database", url + "-not");
        await using var stranger = await TestServer.StartAsync(
            "--database", url.Replace("tinygrep@", "nobody:secret@", StringComparison.Ordinal));
        await using var nowhere = await TestServer.StartAsync("--database", "postgres://tinygrep@nosuch.invalid/x");

        await IsUnavailableAsync(nameless, "there is no database of that name");
        await IsUnavailableAsync(stranger, "it refuses the user or password");
        await IsUnavailableAsync(nowhere, "it cannot be reached");
        Assert.DoesNotContain("secret", stranger.Log);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task The_database_is_of_a_newer_program(Engine engine)
    {
        using var folder = new TemporaryFolder();
        var options = await Databases.OptionsAsync(engine, folder);
        await using (var older = await TestServer.StartAsync(options)) await StoresAsync(older, "before");
        await DatabaseShell.AskAsync(options, "INSERT INTO schema_migrations VALUES ('Messages', 99, 'later')");

        await using (var server = await TestServer.StartAsync(options))
        {
            using var reply = await server.Http.PostAsync("/messages", MessagesSpecs.Raw("foo"));
            Assert.AreEqual(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
            await IsRedAsync(server);
            await Wait.UntilAsync(() => server.Log.Contains("step 99 of 'Messages'", StringComparison.Ordinal), "the log line");
        }
        Assert.AreEqual("1", await DatabaseShell.AskAsync(options, "SELECT count(*) FROM messages"), "nothing is changed");
    }

    /// <summary>Refused for the moment, and no more requests, please.</summary>
    static async Task IsUnavailableAsync(TestServer server, string reason, string text = "foo")
    {
        await IsRefusedAsync(server, reason, text);
        await IsRedAsync(server);
    }

    /// <summary>The reason is in the answer and in the log.</summary>
    static async Task IsRefusedAsync(TestServer server, string reason, string text)
    {
        using var reply = await server.Http.PostAsync("/messages", MessagesSpecs.Raw(text));
        var body = await reply.Content.ReadAsStringAsync();
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, reply.StatusCode, body);
        Assert.IsNotNull(reply.Headers.RetryAfter);
        StringAssert.Contains(body, $"The database cannot be used at the moment: {reason}", StringComparison.Ordinal);
        await Wait.UntilAsync(
            () => server.Log.Contains($"The database cannot be used: {reason}", StringComparison.Ordinal), "the log line");
    }

    static async Task IsRedAsync(TestServer server)
    {
        using var ready = await server.Http.GetAsync("/readyz");
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, ready.StatusCode, "/readyz is red");
    }

    /// <summary>By itself, and the probe sees it without anybody's request.</summary>
    static async Task RecoversAsync(TestServer server)
    {
        await Wait.UntilAsync(
            async () => (await server.Http.GetAsync("/readyz")).StatusCode == HttpStatusCode.OK, "/readyz is green again");
        await StoresAsync(server, "after");
        await Wait.UntilAsync(() => server.Log.Contains("The database can be used again", StringComparison.Ordinal), "the log line");
    }

    static async Task<string> StoresAsync(TestServer server, string text)
    {
        using var reply = await server.Http.PostAsync("/messages", MessagesSpecs.Raw(text));
        Assert.AreEqual(HttpStatusCode.Created, reply.StatusCode, await reply.Content.ReadAsStringAsync());
        return reply.Headers.Location!.ToString();
    }
}
