// The system has only so many watches for a user. Where there are too few, at the start or for a folder that comes later, each question
// walks the folder instead, and sees the last write as ever.

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class WatchesUsedUpSpecs
{
    [TestMethod, Timeout(60_000)]
    [DataRow("max_inotify_watches", 3, "fs.inotify.max_user_watches")]
    [DataRow("max_inotify_instances", 0, "fs.inotify.max_user_instances")]
    public async Task Without_watches_each_question_walks_the_folder(string limit, int max, string told)
    {
        using var folder = Tree();
        await using var server = await StartAsync(limit, max, folder);
        Assert.AreEqual(4, await CountAsync(server));
        await Wait.UntilAsync(() => server.Log.Contains("The folder is not watched", StringComparison.Ordinal), "it is said");

        folder.Write("three/c.txt", "needle\nneedle\n");
        folder.Write("new/deep/e.txt", "needle\n");

        Assert.AreEqual(6, await CountAsync(server));
        Assert.Contains(told, server.Log);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Watches_that_run_out_later_are_noticed_by_the_next_question()
    {
        using var folder = Tree();
        await using var server = await StartAsync("max_inotify_watches", 5, folder);
        Assert.AreEqual(4, await CountAsync(server));
        Assert.DoesNotContain("The folder is not watched", server.Log);

        folder.Write("new/deep/e.txt", "needle\n");
        Assert.AreEqual(5, await CountAsync(server));
        folder.Write("new/deep/e.txt", "needle\nneedle\n");
        Assert.AreEqual(6, await CountAsync(server));

        await Wait.UntilAsync(() => server.Log.Contains("The folder is not watched", StringComparison.Ordinal), "it is said");
    }

    static TemporaryFolder Tree()
    {
        var folder = new TemporaryFolder();
        foreach (var name in (string[])["one/a.txt", "two/b.txt", "three/c.txt", "four/d.txt"]) folder.Write(name, "needle\n");
        return folder;
    }

    /// <summary>In a user namespace of its own the limits are its own.</summary>
    static Task<TestServer> StartAsync(string limit, int max, TemporaryFolder folder) => TestServer.StartInShellAsync(
        $"""exec unshare -U --map-root-user sh -c 'echo {max} >/proc/sys/user/{limit} && exec "$@"' sh "$@" """,
        "--dicts", folder.Path);

    static async Task<int> CountAsync(TestServer server) =>
        (await server.GetAsync("/api/v1/search?q=needle&count_only=true").OkAsync()).Json.GetProperty("count").GetInt32();
}
