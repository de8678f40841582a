// A folder that changes while the server can open nothing: it says so, goes on, and knows all of it as soon as it can open files again.

using System.Diagnostics;
using System.Globalization;

namespace TinyGrepServer.Tests.Search.Folder;

[TestClass]
public sealed class DescriptorShortageSpecs
{
    const int None = 10; // fewer than it has open: nothing can be added

    [TestMethod, Timeout(60_000)]
    [DataRow("auto")]
    [DataRow("off")]
    public async Task What_changes_meanwhile_is_refused_until_it_can_be_opened_and_right_from_then_on(string watch)
    {
        using var folder = new TemporaryFolder();
        folder.Write("changed.txt", "needle before\n");
        folder.Write("stays/as.txt", "needle as it was\n");
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--watch", watch, "--rate-limit", "off");
        Assert.AreEqual(2, await CountAsync(server));
        string[] questions = ["search?q=needle", "search?q=needle&dictionary=new.txt", "dictionaries", "dictionaries/new.txt"];
        List<RawClient> askers = []; // connected while that is possible; 503 ends a connection
        foreach (var _ in questions) askers.Add(await AcceptedAsync(server));

        await AllowAsync(server, None);
        folder.Write("changed.txt", "needle after\nneedle after that\n");
        folder.Write("new.txt", "needle\n");
        folder.Write("come/with/its/file.txt", "needle\n");
        Directory.Move(Path.Join(folder.Path, "stays"), Path.Join(folder.Path, "goes"));
        var written = DateTime.UtcNow;
        foreach (var (asker, question) in askers.Zip(questions))
        {
            await asker.SendAsync(RawClient.Request("GET", $"/api/v1/{question}"));
            Assert.AreEqual(503, (await asker.ReadReplyAsync())?.Status, question);
            asker.Dispose();
        }
        // By then the files have settled, and a thread is wanted that reads them into the index.
        await Wait.UntilAsync(() => DateTime.UtcNow - written > TimeSpan.FromSeconds(3), "the index wants the new files");
        await server.GetAsync("/livez").OkAsync();
        await AllowAsync(server, 4_096);

        Assert.AreEqual(5, await CountAsync(server)); // at once
        var listed = (await server.GetAsync("/api/v1/dictionaries").OkAsync()).Json;
        CollectionAssert.AreEqual(
            new[] { "changed.txt", "come/with/its/file.txt", "goes/as.txt", "new.txt" },
            listed.GetProperty("dictionaries").EnumerateArray().Select(one => one.GetProperty("name").GetString()).ToArray());
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_index_waiting") == 0, "all are in the index");
        Assert.AreEqual(5, await CountAsync(server));
    }

    [TestMethod, Timeout(60_000)]
    public async Task However_busy_it_is_then_it_needs_no_further_thread()
    {
        await using var server = await TestServer.StartAsync("--rate-limit", "off", "--log-level", "warning");
        var clients = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => AcceptedAsync(server)));

        await AllowAsync(server, None);
        var answers = await Task.WhenAll(clients.Select(client => AskedAsync(client, times: 400)));
        foreach (var client in clients) client.Dispose();

        Assert.IsTrue(answers.All(answered => answered == 400), server.Log);
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_is_asked_for_the_first_time_then_is_refused_and_works_as_soon_as_it_can()
    {
        (string Path, int Then, int After)[] questions =
        [
            ("/metrics", 200, 200),
            ($"/messages/{new string('a', 64)}", 503, 404),
            ("/readyz", 503, 200), // it has a database to ask by now
            ("/wait?seconds=0", 503, 200),
            ("/api/v1/search?q=queue", 503, 200),
            ("/api/v1/dictionaries/quotes.txt", 503, 200),
            ("/api/v1/lines/quotes.txt", 503, 200),
            ("/d/quotes.txt", 503, 200),
        ];
        using var data = new TemporaryFolder();
        await using var server = await TestServer.StartAsync("--data", data.Path, "--diagnostics", "true", "--rate-limit", "off");
        await server.GetAsync("/api/v1/dictionaries").OkAsync();
        List<RawClient> askers = [];
        foreach (var _ in questions) askers.Add(await AcceptedAsync(server));

        await AllowAsync(server, None);
        foreach (var (asker, (path, then, _)) in askers.Zip(questions))
        {
            await asker.SendAsync(RawClient.Request("GET", path));
            Assert.AreEqual(then, (await asker.ReadReplyAsync())?.Status, path);
            asker.Dispose();
        }
        await AllowAsync(server, 4_096);

        foreach (var (path, _, after) in questions)
        {
            using var reply = await server.Http.GetAsync(path);
            Assert.AreEqual(after, (int)reply.StatusCode, path);
        }
    }

    /// <summary>A known limit: .NET starts a thread for each signal that ends a program, and a thread needs a pipe.</summary>
    [TestMethod, Timeout(60_000)]
    public async Task The_signal_to_stop_then_ends_the_process_at_once()
    {
        const int Aborted = 128 + 6; // SIGABRT
        await using var server = await TestServer.StartAsync();

        await AllowAsync(server, None);
        server.Signal(TestServer.Terminate);

        Assert.AreEqual(Aborted, await server.WaitForExitAsync());
    }

    static async Task<RawClient> AcceptedAsync(TestServer server)
    {
        var client = await RawClient.ConnectAsync(server.Url);
        await client.SendAsync(RawClient.Request("GET", "/livez"));
        Assert.AreEqual(200, (await client.ReadReplyAsync())?.Status);
        return client;
    }

    /// <summary>How many of so many requests, one after the other, were answered with 200.</summary>
    static async Task<int> AskedAsync(RawClient client, int times)
    {
        for (var asked = 0; asked < times; asked++)
        {
            await client.TrySendAsync(RawClient.Request("GET", "/livez"));
            if (await client.ReadReplyAsync() is not { Status: 200 }) return asked;
        }
        return times;
    }

    /// <summary>The matches of an answer over all, which must be whole.</summary>
    static async Task<int> CountAsync(TestServer server)
    {
        var answer = (await server.GetAsync("/api/v1/search?q=needle").OkAsync()).Json;
        Assert.IsTrue(answer.GetProperty("complete").GetBoolean(), answer.ToString());
        return answer.GetProperty("matches").GetArrayLength();
    }

    /// <summary>Changes how many descriptors the running server may have; its connections stay.</summary>
    static async Task AllowAsync(TestServer server, int descriptors)
    {
        using var prlimit = Process.Start(Programs.Start(
            "prlimit",
            string.Create(CultureInfo.InvariantCulture, $"--pid={server.Process.Id}"),
            string.Create(CultureInfo.InvariantCulture, $"--nofile={descriptors}:")))!;
        await prlimit.WaitForExitAsync();
        Assert.AreEqual(0, prlimit.ExitCode);
    }
}
