// The two engines give the same bytes, with the index and without. Files are built to be nasty, questions are random, and every answer
// of --engine auto is compared with that of --engine grep, where one of them has an index and the other has none. The seed is
// printed; TINYGREP_TEST_SEED replays it, TINYGREP_TEST_TRIPLES sets how many (file, question, engine) triples are tried.

using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class EnginesSpecs
{
    const int ChunkSize = ScanWork.ChunkSize; // borders are where it could go wrong
    static readonly string[] Pieces =
        ["a", "b", "ab", "A", "é", "日", "😀", "e\u0301", " ", "\r", "\t", "\"", "\\", "\e[m", "\e", "[m", "x", "aa"];
    static readonly byte[][] Broken = [[0], [0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f], [0x80], [0xed, 0xa0, 0x80]];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(600_000)]
    [DataRow("0", "256MiB"), DataRow("256MiB", "0")]
    public async Task The_scan_in_process_answers_byte_for_byte_like_grep(string indexOfGrep, string indexOfAuto)
    {
        var seed = Knob.Of("TINYGREP_TEST_SEED", Environment.TickCount);
        var triples = Knob.Of("TINYGREP_TEST_TRIPLES", 20_000);
        TestContext.WriteLine($"TINYGREP_TEST_SEED={seed} TINYGREP_TEST_TRIPLES={triples}");
        using var folder = new TemporaryFolder();
        var files = WriteFiles(folder, new Random(seed));
        await using var grep = await StartAsync(folder, "grep", indexOfGrep);
        await using var auto = await StartAsync(folder, "auto", indexOfAuto);

        await Parallel.ForAsync(0, triples / 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, _) =>
        {
            var random = new Random(HashCode.Combine(seed, number));
            using var first = NewQuestion(random, files);
            random = new Random(HashCode.Combine(seed, number));
            using var second = NewQuestion(random, files);

            var byGrep = await AskAsync(grep, first);
            var byScan = await AskAsync(auto, second);

            var asked = $"seed {seed}, question {number}: {first.RequestUri} {await BodyOf(first)}";
            Assert.AreEqual(byGrep.Status, byScan.Status, asked);
            if (!byGrep.Body.AsSpan().SequenceEqual(byScan.Body))
                Assert.Fail($"{asked}\ngrep: {Near(byGrep.Body, byScan.Body)}\nscan: {Near(byScan.Body, byGrep.Body)}");
        });
        var scanned = await auto.GaugeAsync("tinygrep_search_duration_seconds_count{engine=\"scan\"}");
        Assert.IsGreaterThan(triples / 20.0, scanned, "most questions of the auto server are scanned");
    }

    static async Task<TestServer> StartAsync(TemporaryFolder folder, string engine, string index)
    {
        var server = await TestServer.StartAsync(
            "--dicts", folder.Path, "--engine", engine, "--index-bytes", index, "--cache-bytes", "0", "--log-level", "warning");
        await Wait.UntilAsync(
            async () => index == "0" || await IsIndexedAsync(server), "the index is made", TimeSpan.FromSeconds(60));
        return server;
    }

    static async Task<bool> IsIndexedAsync(TestServer server) =>
        await server.GaugeAsync("tinygrep_index_bytes") > 0 && await server.GaugeAsync("tinygrep_index_waiting") == 0;

    static async Task<(int Status, byte[] Body)> AskAsync(TestServer server, HttpRequestMessage request)
    {
        using var reply = await server.Http.SendAsync(request);
        var body = await reply.Content.ReadAsByteArrayAsync();
        return ((int)reply.StatusCode, reply.IsSuccessStatusCode ? body : []); // an error body holds its request id
    }

    static List<(string Name, byte[] Bytes)> WriteFiles(TemporaryFolder folder, Random random)
    {
        List<(string Name, byte[] Bytes)> files =
        [
            ("empty.txt", []),
            ("newline.txt", "\n"u8.ToArray()),
            ("newlines.txt", "\n\n\n\n"u8.ToArray()),
            ("one.txt", "a"u8.ToArray()),
        ];
        for (var number = 0; number < 40; number++)
            files.Add(($"nasty{number}.txt", Nasty(random, random.Next(1, 400), broken: number % 2 == 0)));
        files.Add(("crlf.txt", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 50).Select(line => $"a{line}\r\n")))));
        var longLine = Encoding.UTF8.GetBytes(new string('b', 300_000));
        files.Add(("long.txt", [.. Nasty(random, 50, broken: true), .. longLine, .. Nasty(random, 50, broken: false)]));
        for (var number = 0; number < 4; number++) files.Add(($"large{number}.txt", Large(random, number)));
        foreach (var (name, bytes) in files) File.WriteAllBytes(Path.Join(folder.Path, name), bytes);
        return files;
    }

    static byte[] Nasty(Random random, int pieces, bool broken)
    {
        using var bytes = new MemoryStream();
        for (var piece = 0; piece < pieces; piece++)
        {
            if (random.Next(4) == 0) bytes.WriteByte((byte)'\n');
            else if (broken && random.Next(6) == 0) bytes.Write(Broken[random.Next(Broken.Length)]);
            else bytes.Write(Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
        }
        if (random.Next(2) == 0) bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    /// <summary>Several chunks of quiet text, with matches, line ends and line starts exactly around the chunks' borders.</summary>
    static byte[] Large(Random random, int variant)
    {
        var bytes = new byte[(3 * ChunkSize) + random.Next(-3, 4)];
        for (var at = 0; at < bytes.Length; at++) bytes[at] = (byte)(at % 97 == 96 && variant != 3 ? '\n' : 'q');
        for (var border = ChunkSize; border < bytes.Length; border += ChunkSize)
        {
            var noise = Nasty(random, 12, broken: false);
            noise.CopyTo(bytes, Math.Min(bytes.Length - noise.Length, border - random.Next(noise.Length + 1)));
            bytes[border - 1 + random.Next(3) - 1] = (byte)'\n';
        }
        for (var spot = 0; spot < 30; spot++)
        {
            var noise = Nasty(random, 8, broken: true);
            noise.CopyTo(bytes, random.Next(bytes.Length - noise.Length));
        }
        return bytes;
    }

    static HttpRequestMessage NewQuestion(Random random, List<(string Name, byte[] Bytes)> files)
    {
        var small = files.Count - 4; // the large ones come last
        var (name, bytes) = files[random.Next(25) == 0 ? files.Count - 1 - random.Next(4) : random.Next(small)];
        var term = Term(random, bytes);
        return random.Next(3) == 0 ? FirstApi(random, name, term) : FullApi(random, name, term, files);
    }

    static string Term(Random random, byte[] bytes)
    {
        if (random.Next(2) == 0 || bytes.Length < 8)
            return string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        var start = random.Next(bytes.Length - 7);
        var text = Encoding.UTF8.GetString(bytes, start, random.Next(1, 7))
            .Replace("\n", "", StringComparison.Ordinal)
            .Replace("\0", "", StringComparison.Ordinal)
            .Replace("\ufffd", "", StringComparison.Ordinal);
        return text.Length == 0 ? "a" : text;
    }

    static HttpRequestMessage FirstApi(Random random, string name, string term)
    {
        Dictionary<string, object?> body = new() { ["action"] = "search", ["term"] = term, ["dictionary"] = name };
        if (random.Next(2) == 0) body["nresults"] = random.Next(0, 6);
        if (random.Next(2) == 0) body["n_before"] = random.Next(0, 4);
        if (random.Next(2) == 0) body["n_after"] = random.Next(0, 4);
        return new HttpRequestMessage(HttpMethod.Post, "/api/v1/json") { Content = new StringContent(JsonSerializer.Serialize(body)) };
    }

    static HttpRequestMessage FullApi(Random random, string name, string term, List<(string Name, byte[] Bytes)> files)
    {
        Dictionary<string, object?> body = new()
        {
            ["q"] = term,
            ["dictionary"] = random.Next(4) == 0 ? [name, files[random.Next(10)].Name] : new[] { name },
            ["mode"] = random.Next(10) switch { < 5 => "fixed", < 8 => "basic", _ => "extended" },
            ["limit"] = random.Next(3) == 0 ? random.Next(1, 6) : 1_000,
            ["before"] = random.Next(2) == 0 ? 0 : random.Next(0, 5),
            ["after"] = random.Next(2) == 0 ? 0 : random.Next(0, 5),
            ["count_only"] = random.Next(8) == 0,
        };
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/search")
        {
            Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        };
        if (random.Next(4) == 0) request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));
        return request;
    }

    static Task<string> BodyOf(HttpRequestMessage request) => request.Content!.ReadAsStringAsync();

    /// <summary>What stands around the first byte in which they differ.</summary>
    static string Near(byte[] bytes, byte[] other)
    {
        var differs = bytes.AsSpan().CommonPrefixLength(other);
        var (from, to) = (Math.Max(0, differs - 150), Math.Min(bytes.Length, differs + 100));
        return Encoding.UTF8.GetString(bytes.AsSpan(from, to - from));
    }
}
