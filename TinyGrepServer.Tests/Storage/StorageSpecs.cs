// What the database's users rely on: nothing is made unasked, files are their owner's alone, many servers may share one.

using System.Net;
using TinyGrepServer.Tests.Messages;

namespace TinyGrepServer.Tests.Storage;

[TestClass]
public sealed class StorageSpecs
{
    /// <summary>Hides SQLite's library behind an empty file.</summary>
    const string WithoutSqlite = "for one in $(ldconfig -p | sed -n 's/.*libsqlite3.so.0.* => //p'); "
        + "do mount --bind /dev/null \"$(readlink -f \"$one\")\" || exit 1; done";

    [TestMethod, Timeout(60_000)]
    public async Task A_server_that_only_searches_makes_no_folder()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Join(folder.Path, "data");
        await using var server = await TestServer.StartAsync("--data", data);

        string[] pages = ["/readyz", "/metrics", "/api/v1/dictionaries", "/api/v1/search?q=a", "/api/v1/web", "/messages/x", "/readyz"];
        foreach (var page in pages)
            (await server.Http.GetAsync(page)).Dispose();
        server.Signal(TestServer.Terminate);

        Assert.AreEqual(0, await server.WaitForExitAsync());
        Assert.IsFalse(Directory.Exists(data));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Without_SQLite_searching_works_and_storing_says_what_is_missing()
    {
        using var folder = new TemporaryFolder();
        await using var server = await OwnMounts.StartAsync(WithoutSqlite, "--data", Path.Join(folder.Path, "data"));

        using var search = await server.Http.GetAsync("/api/v1/search?q=a");
        using var before = await server.Http.GetAsync("/readyz");
        using var post = await server.Http.PostAsync("/messages", MessagesSpecs.Raw("foo"));
        using var after = await server.Http.GetAsync("/readyz");

        Assert.AreEqual(HttpStatusCode.OK, search.StatusCode);
        Assert.AreEqual(HttpStatusCode.OK, before.StatusCode);
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, post.StatusCode);
        StringAssert.Contains(await post.Content.ReadAsStringAsync(), "libsqlite3", StringComparison.Ordinal);
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, after.StatusCode);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Folder_and_files_are_their_owners_alone_whatever_the_umask()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Join(folder.Path, "a", "data");
        await using var server = await TestServer.StartInShellAsync("umask 0; exec \"$@\"", "--data", data, "--open-tokens");

        using var post = await server.Http.PostAsync("/messages", MessagesSpecs.Raw("foo"));
        using var token = await server.Http.PostAsync("/api/token", new StringContent("""{"user":"ann"}"""));

        Assert.AreEqual(HttpStatusCode.Created, post.StatusCode);
        Assert.AreEqual(HttpStatusCode.OK, token.StatusCode);
        Assert.AreEqual("700", Mode(data));
        var files = Directory.GetFiles(data);
        Assert.IsGreaterThan(1, files.Length);
        foreach (var file in files) Assert.AreEqual("600", Mode(file), file);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task Six_servers_that_start_on_one_new_database_all_work(Engine engine)
    {
        using var folder = new TemporaryFolder();
        var options = await Databases.OptionsAsync(engine, folder);
        var servers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => TestServer.StartAsync(options)));

        var replies = await Task.WhenAll(servers.SelectMany(server =>
            Enumerable.Range(0, 20).Select(number => server.Http.PostAsync("/messages", MessagesSpecs.Raw($"{number}")))));
        var steps = await DatabaseShell.AskAsync(options, "SELECT slice || ' ' || number FROM schema_migrations ORDER BY 1");
        var kept = await DatabaseShell.AskAsync(options, "SELECT count(*) FROM messages");
        foreach (var server in servers) await server.DisposeAsync();

        Assert.IsEmpty(replies.Where(reply => !reply.IsSuccessStatusCode).Select(reply => reply.StatusCode).ToList());
        Assert.AreEqual(20, replies.Count(reply => reply.StatusCode == HttpStatusCode.Created));
        Assert.AreEqual("20", kept);
        CollectionAssert.Contains(steps.Split('\n'), "Messages 1");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Searching_the_folder_above_the_data_gives_away_nothing_and_loses_nothing()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", "hello\n");
        string[] options = ["--data", Path.Join(folder.Path, "data"), "--dicts", folder.Path, "--open-tokens"];
        await using (var server = await TestServer.StartAsync(options))
        {
            (await server.Http.PostAsync("/messages", MessagesSpecs.Raw("one"))).EnsureSuccessStatusCode();
            (await server.Http.PostAsync("/api/token", new StringContent("""{"user":"ann"}"""))).EnsureSuccessStatusCode();
            var list = await server.Http.GetStringAsync("/api/v1/dictionaries");
            var found = await server.Http.GetStringAsync("/api/v1/search?q=e");
            foreach (var file in new[] { "keys.json", "tinygrep.db", "tinygrep.db-wal" })
            {
                using var reply = await server.Http.GetAsync($"/api/v1/dictionaries/data/{file}");
                Assert.AreEqual(HttpStatusCode.NotFound, reply.StatusCode, file);
            }
            Assert.DoesNotContain("keys.json", list);
            Assert.DoesNotContain("secret", found);

            await DatabaseShell.AskAsync(options, "SELECT count(*) FROM messages"); // the last to close would delete the log of writes
            (await server.Http.PostAsync("/messages", MessagesSpecs.Raw("two"))).EnsureSuccessStatusCode();
        }

        Assert.AreEqual("2", await DatabaseShell.AskAsync(options, "SELECT count(*) FROM messages"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Data_straight_among_the_dictionaries_are_refused_at_the_start()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", "hello\n");

        var (exitCode, _, errors) = await TestServer.RunAsync("--port", "0", "--data", folder.Path, "--dicts", folder.Path);

        Assert.AreEqual(2, exitCode);
        Assert.Contains("--data: the server's data must not lie among the dictionaries", errors);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("postgres://")]
    [DataRow("postgres://h:99999/x")]
    [DataRow("postgres:/x")]
    [DataRow("sqlite:")]
    [DataRow("mysql://h/x")]
    [DataRow("")]
    public async Task A_database_that_cannot_be_meant_is_refused_at_start(string url)
    {
        var (exitCode, output, errors) = await TestServer.RunAsync("--port", "0", "--database", url);

        Assert.AreEqual(2, exitCode);
        Assert.AreEqual("", output);
        StringAssert.Contains(errors, "--database", StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors);
    }

    static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);
}
