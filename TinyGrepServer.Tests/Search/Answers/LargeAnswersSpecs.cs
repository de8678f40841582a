// An answer larger than memory should hold is streamed, in bounded memory, and arrives whole; a small one is one piece with
// its length. In both, the first API's two members are there; only their order differs.

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class LargeAnswersSpecs
{
    const string End = "],\"nr of entries\":";

    [TestMethod, Timeout(60_000)]
    public async Task A_large_answer_is_chunked_and_has_its_count_after_the_results()
    {
        using var folder = new TemporaryFolder();
        string[] lines = [.. Enumerable.Range(0, 60_000).Select(at => $"line {at} \"quoted\"")];
        folder.Write("a.txt", string.Join('\n', lines) + "\n");
        await using var server = await TestServer.StartAsync("--dicts", folder.Path);

        var all = await server.FirstAsync(new { action = "all" }).OkAsync();
        var search = await server.FirstAsync(new { action = "search", term = "l" }).OkAsync();

        Assert.IsTrue(all.Response.Headers.TransferEncodingChunked);
        StringAssert.StartsWith(all.Text, "{\"results\":[\"line 0 ", StringComparison.Ordinal);
        StringAssert.EndsWith(all.Text, "\"],\"nr of entries\":60000}", StringComparison.Ordinal);
        CollectionAssert.AreEqual(lines, all.Results);
        Assert.AreEqual(all.Text, search.Text);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(1, 0)]
    [DataRow(0, 3)]
    public async Task A_large_answer_with_context_has_the_groups_that_grep_prints(int before, int after)
    {
        using var folder = new TemporaryFolder();
        var written = Enumerable.Range(0, 200_000).Select(at => $"line number {at} of many {(at % 7 == 0 ? "match" : "")}\n");
        var file = folder.Write("a.txt", string.Concat(written));
        await using var server = await TestServer.StartAsync("--dicts", folder.Path);
        var expected = RealGrep.Groups(await RealGrep.LinesAsync("-n", $"-B{before}", $"-A{after}", "match", file));

        var answered = await server.FirstAsync(new { action = "search", term = "match", n_before = before, n_after = after }).OkAsync();

        Assert.IsTrue(answered.Response.Headers.TransferEncodingChunked);
        CollectionAssert.AreEqual(expected, answered.Results);
        Assert.AreEqual(expected.Length, answered.Json.GetProperty("nr of entries").GetInt32());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_large_answer_of_the_full_API_is_streamed_in_both_forms()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", string.Concat(Enumerable.Range(1, 10_000).Select(at => $"line {at} {new string('x', 200)}\n")));
        await using var server = await TestServer.StartAsync("--dicts", folder.Path);

        var json = await server.GetAsync("/api/v1/search?q=line&limit=9999").OkAsync();
        var ndjson = await server.GetAsync("/api/v1/search?q=line&limit=9999", ("Accept", "application/x-ndjson")).OkAsync();

        Assert.IsTrue(json.Response.Headers.TransferEncodingChunked);
        Assert.IsTrue(ndjson.Response.Headers.TransferEncodingChunked);
        Assert.AreEqual("no", ndjson.Response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.AreEqual((9_999, "limit"), (json.Json.GetProperty("count").GetInt32(), json.Json.GetProperty("stop_reason").GetString()));
        var lines = ndjson.Text.TrimEnd('\n').Split('\n');
        CollectionAssert.AreEqual(json.Matches.Select(match => match.GetRawText()).ToArray(), lines[..^1]);
        Assert.AreEqual(9_999, JsonDocument.Parse(lines[^1]).RootElement.GetProperty("count").GetInt32());
    }

    [TestMethod, Timeout(300_000)]
    [DataRow("grep")]
    [DataRow("auto")]
    public async Task All_of_a_dictionary_of_300_MB_arrives_whole_in_bounded_memory(string engine)
    {
        using var folder = new TemporaryFolder();
        var (lines, hash) = await WriteAsync(Path.Join(folder.Path, "large.txt"), 300_000_000);
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--engine", engine, "--timeout", "240s");

        using var all = new StringContent("""{"action":"all"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, Questions.First) { Content = all };
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var (count, received, tail) = await ReadEntriesAsync(await response.Content.ReadAsStreamAsync());

        Assert.AreEqual(200, (int)response.StatusCode);
        Assert.AreEqual($"{lines}}}", tail);
        Assert.AreEqual(lines, count);
        Assert.AreEqual(hash, received);
        Assert.IsLessThan(200_000_000, ProcessTable.PeakMemory(server.Process.Id));
    }

    /// <summary>Lines of plain letters and digits, whose JSON is the line itself between quotes.</summary>
    static async Task<(long Lines, string Hash)> WriteAsync(string path, long bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = File.Create(path);
        var random = new Random(4);
        var lines = 0L;
        var block = new StringBuilder();
        for (var written = 0L; written < bytes; written += block.Length)
        {
            block.Clear();
            for (var at = 0; at < 10_000; at++) block.Append(CultureInfo.InvariantCulture, $"{lines++} some text {random.Next()}\n");
            var encoded = Encoding.ASCII.GetBytes(block.ToString());
            hash.AppendData(encoded);
            await file.WriteAsync(encoded);
        }
        return (lines, Convert.ToHexString(hash.GetHashAndReset()));
    }

    /// <summary>Turns the entries back into lines while they arrive, without keeping them.</summary>
    static async Task<(long Count, string Hash, string Tail)> ReadEntriesAsync(Stream body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var reader = new StreamReader(body, Encoding.ASCII, bufferSize: 1 << 20);
        var expected = "{\"results\":[\"".ToCharArray();
        var head = new char[expected.Length];
        Assert.AreEqual(head.Length, await reader.ReadBlockAsync(head));
        CollectionAssert.AreEqual(expected, head);

        var chars = new char[1 << 20];
        var rest = "";
        var count = 0L;
        while (await reader.ReadBlockAsync(chars) is var read and > 0)
        {
            var entries = (rest + new string(chars, 0, read)).Split("\",\"");
            foreach (var entry in entries.AsSpan()[..^1]) hash.AppendData(Encoding.ASCII.GetBytes(entry + "\n"));
            count += entries.Length - 1;
            rest = entries[^1];
        }
        var last = rest.Split("\"" + End);
        hash.AppendData(Encoding.ASCII.GetBytes(last[0] + "\n"));
        return (count + 1, Convert.ToHexString(hash.GetHashAndReset()), last[^1]);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("grep")]
    [DataRow("auto")]
    public async Task Context_that_multiplies_the_answer_does_not_fill_the_memory(string engine)
    {
        using var folder = new TemporaryFolder();
        folder.Write("short.txt", string.Concat(Enumerable.Repeat("a\n", 20_000)));
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--engine", engine, "--log-level", "warning");

        var sizes = await Task.WhenAll(Enumerable.Range(0, 4).Select(async asker =>
        {
            await using var body = await server.Http.GetStreamAsync($"/api/v1/search?q=a&limit={4_000 + asker}&context=1000");
            var (buffer, total) = (new byte[64 << 10], 0L);
            while (await body.ReadAsync(buffer) is var read and > 0) total += read;
            return total;
        }));

        Assert.IsTrue(sizes.All(size => size > 25 << 20), "each answer is large");
        Assert.IsLessThan(200L << 20, ProcessTable.PeakMemory(server.Process.Id));
    }
}
