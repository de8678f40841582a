// A turn is for computing. Searches whose clients read slowly, or not at all, used to keep theirs for as long as they liked:
// as many of them as there are turns, and every new search waited in vain.

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class LentTurnsSpecs
{
    const string All = """{"action":"all"}""";

    [TestMethod, Timeout(120_000)]
    [DataRow("grep"), DataRow("auto")]
    public async Task Readers_who_do_not_read_keep_no_turn(string engine)
    {
        using var folder = Large();
        await using var server = await TestServer.StartAsync(
            "--dicts", folder.Path, "--engine", engine, "--max-searches", "2", "--cache-bytes", "0");
        using var first = await NotReadingAsync(server);
        using var second = await NotReadingAsync(server);
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_searches_suspended") == 2, "both wait for their client");

        var answer = await server.Http.GetStringAsync("/api/v1/search?q=needle&dictionary=small.txt");

        StringAssert.Contains(answer, "\"count\":1", StringComparison.Ordinal);
        Assert.AreEqual(0, await server.GaugeAsync("tinygrep_searches_running"));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("grep"), DataRow("auto")]
    public async Task A_reader_who_was_waited_for_gets_the_whole_answer(string engine)
    {
        using var folder = Large();
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--engine", engine, "--max-searches", "1");
        using var slow = await NotReadingAsync(server);
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_searches_suspended") == 1, "it waits for its client");
        await server.Http.GetStringAsync("/api/v1/search?q=needle&dictionary=small.txt"); // somebody else has the turn meanwhile

        var reply = (await slow.ReadReplyAsync())!;

        Assert.IsTrue(reply.Whole);
        StringAssert.EndsWith(reply.Text, "],\"nr of entries\":100000}", StringComparison.Ordinal);
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_searches_suspended") == 0, "it has ended");
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_client_that_leaves_while_it_is_waited_for_leaves_nothing_behind()
    {
        using var folder = Large();
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--max-searches", "1");

        using (await NotReadingAsync(server))
            await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_searches_suspended") == 1, "it waits for its client");

        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_searches_suspended") == 0, "it has been noticed");
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_searches_running") == 0, "its search has ended");
        await Wait.UntilAsync(() => server.Children().Count == 0, "no grep is left");
    }

    static TemporaryFolder Large()
    {
        var folder = new TemporaryFolder();
        folder.Write("quotes.txt", string.Concat(Enumerable.Repeat(new string('x', 99) + "\n", 100_000)));
        folder.Write("small.txt", "a needle\n");
        return folder;
    }

    static async Task<RawClient> NotReadingAsync(TestServer server)
    {
        var client = await RawClient.ConnectAsync(server.Url, receiveBuffer: 4 << 10);
        await client.SendAsync(RawClient.Request("POST", "/api/v1/json", All));
        return client;
    }
}
