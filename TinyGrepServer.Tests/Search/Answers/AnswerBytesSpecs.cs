// An answer may not grow without bound: with context one match can weigh megabytes, and three thousand of them came to six
// gigabytes. It ends as at its limit, says so, and its cursor goes on where it stopped, losing and repeating nothing.

using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class AnswerBytesSpecs
{
    [TestMethod, Timeout(120_000)]
    [DataRow("grep"), DataRow("auto")]
    public async Task An_answer_that_is_large_enough_ends_with_a_cursor_and_nothing_is_lost(string engine)
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", string.Concat(Enumerable.Range(1, 300).Select(line => $"needle {line} {new string('x', 990)}\n")));
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--answer-bytes", "64KiB", "--engine", engine);
        List<int> lines = [];
        var answers = 0;

        for (string? cursor = ""; cursor is not null; answers++)
        {
            var next = cursor.Length > 0 ? $"&cursor={cursor}" : "";
            var answer = (await server.Http.GetFromJsonAsync<JsonObject>($"/api/v1/search?q=needle&limit=10000&context=3{next}"))!;
            lines.AddRange(answer["matches"]!.AsArray().Select(match => (int)match!["line"]!));
            cursor = (string?)answer["next"];
            Assert.AreEqual(cursor is null, (bool)answer["complete"]!);
            Assert.AreEqual(cursor is null ? "end" : "limit", (string)answer["stop_reason"]!);
        }

        CollectionAssert.AreEqual(Enumerable.Range(1, 300).ToList(), lines);
        Assert.IsGreaterThan(10, answers);
    }

    [TestMethod, Timeout(120_000)]
    public async Task One_match_larger_than_an_answer_may_be_is_given_all_the_same()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", $"needle {new string('x', 200_000)}\nneedle 2\n");
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--answer-bytes", "64KiB");

        var answer = (await server.Http.GetFromJsonAsync<JsonObject>("/api/v1/search?q=needle"))!;

        Assert.AreEqual("1 limit", $"{answer["count"]} {answer["stop_reason"]}");
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_thousand_lines_of_context_around_each_of_a_thousand_matches_are_held_once()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", string.Concat(Enumerable.Repeat(new string('x', 1_000) + "\n", 4_000)));
        var heap = new Dictionary<string, string?> { ["DOTNET_GCHeapHardLimit"] = "0x12C00000" }; // 300 MiB
        await using var server = await TestServer.StartAsync(heap, "--dicts", folder.Path, "--answer-bytes", "8MiB");

        var asked = Enumerable.Range(1, 8).Select(k => ReadAsync(server, $"/api/v1/search?q=x&context=1000&limit={3_000 + k}"));
        var sizes = await Task.WhenAll(asked);

        Assert.IsTrue(sizes.All(size => size is > 4 << 20 and < 40 << 20), string.Join(' ', sizes));
        Assert.IsLessThan(400L << 20, ProcessTable.PeakMemory(server.Process.Id));
    }

    static async Task<long> ReadAsync(TestServer server, string path)
    {
        using var reply = await server.Http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await reply.Content.ReadAsStreamAsync();
        var buffer = new byte[64 << 10];
        var size = 0L;
        while (await body.ReadAsync(buffer) is var read and > 0) size += read;
        return size;
    }
}
