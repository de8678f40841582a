// Windows of a dictionary by line numbers: each line under the number that grep -n would give it, wherever the window begins.

using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class LinesSpecs
{
    static TemporaryFolder folder = null!;
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        folder = new TemporaryFolder();
        folder.Write("small.txt", "one\n\nthree");
        folder.Write("empty.txt", "");
        server = await TestServer.StartAsync("--dicts", folder.Path, "--default-dictionary", "small.txt");
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("small.txt", """{"dictionary":"small.txt","from":1,"lines":["one","","three"],"cut":[],"total":3,"next":null}""")]
    [DataRow("small.txt?from=2&count=1", """{"dictionary":"small.txt","from":2,"lines":[""],"cut":[],"total":3,"next":3}""")]
    [DataRow("small.txt?from=3", """{"dictionary":"small.txt","from":3,"lines":["three"],"cut":[],"total":3,"next":null}""")]
    [DataRow("small.txt?from=4", """{"dictionary":"small.txt","from":4,"lines":[],"cut":[],"total":3,"next":null}""")]
    [DataRow("empty.txt", """{"dictionary":"empty.txt","from":1,"lines":[],"cut":[],"total":0,"next":null}""")]
    public async Task A_window_has_its_lines_and_says_where_to_go_on(string path, string expected) =>
        Assert.AreEqual(expected, await server.Http.GetStringAsync($"/api/v1/lines/{path}"));

    [TestMethod, Timeout(60_000)]
    public async Task A_window_shows_text_as_a_search_reads_it()
    {
        var text = string.Concat(Enumerable.Range(1, 100_000).Select(number => $"é line {number}\r\n"));
        await File.WriteAllTextAsync(Path.Join(folder.Path, "wide16.txt"), text, Encoding.Unicode);
        await File.WriteAllBytesAsync(Path.Join(folder.Path, "packed.txt.gz"), TextFile.Gzip(Encoding.UTF8.GetBytes(text)));
        await File.WriteAllBytesAsync(Path.Join(folder.Path, "cut.txt.gz"), TextFile.Gzip(Encoding.UTF8.GetBytes(text))[..50_000]);

        foreach (var name in (string[])["wide16.txt", "packed.txt.gz"])
        {
            var window = await server.Http.GetStringAsync($"/api/v1/lines/{name}?from=90001&count=2");
            const string Shown = """ "from":90001,"lines":["é line 90001","é line 90002"],"cut":[],"total":100000,"next":90003}""";
            Assert.AreEqual($$"""{"dictionary":"{{name}}",{{Shown.Trim()}}""", window);
        }
        var cut = JsonNode.Parse(await server.Http.GetStringAsync("/api/v1/lines/cut.txt.gz?from=99999"))!;
        Assert.IsEmpty(cut["lines"]!.AsArray());
        Assert.IsNotNull(cut["total"]);
        var last = cut["total"]!.GetValue<long>();
        var end = JsonNode.Parse(await server.Http.GetStringAsync($"/api/v1/lines/cut.txt.gz?from={last - 1}"))!;
        Assert.AreEqual($"é line {last - 1}", end["lines"]![0]!.GetValue<string>());
        Assert.IsNotNull(end["problem"], "it is said that the text goes on");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Line_numbers_are_right_across_the_whole_of_a_large_dictionary()
    {
        var random = new Random(7);
        var lines = Enumerable.Range(1, 60_000)
            .Select(number => $"{number} {new string('x', random.Next(random.Next(100) == 0 ? 9_000 : 90))}")
            .ToArray();
        folder.Write("large.txt", string.Concat(lines.Select(line => line + "\n")));

        foreach (var from in Enumerable.Range(0, 60).Select(_ => random.Next(1, lines.Length + 1)).Append(1).Append(lines.Length))
        {
            var window = JsonNode.Parse(await server.Http.GetStringAsync($"/api/v1/lines/large.txt?from={from}&count=20"))!;

            var expected = lines.Skip(from - 1).Take(20).ToArray();
            var shown = window["lines"]!.AsArray().Select(line => line!.GetValue<string>()).ToArray();
            CollectionAssert.AreEqual(expected, shown, $"from {from}");
            Assert.AreEqual(lines.Length, window["total"]!.GetValue<int>());
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_line_longer_than_a_block_is_passed_over_and_cut_where_it_is_shown()
    {
        var huge = string.Concat(Enumerable.Repeat("\u00e9", 1 << 20)); // 2 MiB
        folder.Write("huge.txt", $"first\n{huge}\nthird\n{huge}");

        var middle = JsonNode.Parse(await server.Http.GetStringAsync("/api/v1/lines/huge.txt?from=2&count=2"))!;
        var last = JsonNode.Parse(await server.Http.GetStringAsync("/api/v1/lines/huge.txt?from=4"))!;

        Assert.AreEqual("third", middle["lines"]![1]!.GetValue<string>());
        Assert.AreEqual(new string('\u00e9', 8 << 10), middle["lines"]![0]!.GetValue<string>());
        Assert.AreEqual("[2]", middle["cut"]!.ToJsonString());
        Assert.AreEqual("[4]", last["cut"]!.ToJsonString());
        Assert.AreEqual(4, last["total"]!.GetValue<int>());
        Assert.IsNull(last["next"]);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_window_ends_early_where_its_lines_are_long_and_nothing_is_lost_on_the_way()
    {
        folder.Write("wide.txt", string.Concat(Enumerable.Range(0, 200).Select(at => $"{at} {new string('w', 15_000)}\n")));
        List<string> seen = [];
        for (long? from = 1; from is not null;)
        {
            var window = JsonNode.Parse(await server.Http.GetStringAsync($"/api/v1/lines/wide.txt?from={from}&count=2000"))!;
            Assert.IsLessThan(100, window["lines"]!.AsArray().Count);
            seen.AddRange(window["lines"]!.AsArray().Select(line => line!.GetValue<string>().Split(' ')[0]));
            from = window["next"]?.GetValue<long>();
        }

        CollectionAssert.AreEqual(Enumerable.Range(0, 200).Select(at => $"{at}").ToArray(), seen);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_dictionary_that_changes_is_numbered_anew()
    {
        folder.Write("changing.txt", "a\nb\n");
        Assert.AreEqual(2, await TotalAsync());

        folder.Write("changing.txt", "a\nb\nc\n");

        Assert.AreEqual(3, await TotalAsync());

        static async Task<int> TotalAsync() =>
            JsonNode.Parse(await server.Http.GetStringAsync("/api/v1/lines/changing.txt"))!["total"]!.GetValue<int>();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("from=3&count=2&q=x", """[{"line":4,"bounds":[[0,1],[3,4]]}],"before":1,"previous":2,"next":6""")]
    [DataRow("from=1&count=1&q=x", """[],"before":0,"previous":null,"next":2""")]
    [DataRow("from=5&count=9&q=X&ignore_case=1&line=1", """[{"line":6,"bounds":[[0,1]]}],"before":1,"previous":2,"next":null""")]
    [DataRow("from=1&count=3&q=x|a&mode=extended&invert=1", """[{"line":3,"bounds":[]}],"before":0,"previous":null,"next":5""")]
    [DataRow("from=1&q=not+there", """[],"before":0,"previous":null,"next":null""")]
    [DataRow("from=99&q=x", """[],"before":3,"previous":6,"next":null""")]
    public async Task With_a_question_a_window_tells_what_matches_in_it_and_next_to_it(string query, string expected)
    {
        folder.Write("marks.txt", "a\nx\n\nx\U0001F600x\nb\nx\n");

        var window = JsonNode.Parse(await server.Http.GetStringAsync($"/api/v1/lines/marks.txt?{query}"))!;

        Assert.AreEqual($$"""{"lines":{{expected}},"stop_reason":"end"}""", window["found"]!.ToJsonString());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Lines_and_matches_of_a_decoded_file_are_those_of_its_text()
    {
        var text = string.Concat(Enumerable.Range(1, 30_000).Select(number => $"line {number}{(number % 9_000 == 0 ? " pearl" : "")}\r\n"));
        await using (var zipped = new GZipStream(File.Create(Path.Join(folder.Path, "decoded.gz")), CompressionLevel.Fastest))
            await zipped.WriteAsync(Encoding.UTF8.GetBytes(text));
        await File.WriteAllTextAsync(Path.Join(folder.Path, "decoded.log"), text, Encoding.Unicode);

        foreach (var name in (string[])["decoded.gz", "decoded.log"])
        {
            var window = JsonNode.Parse(await server.Http.GetStringAsync($"/api/v1/lines/{name}?from=17999&count=2&q=pearl"))!;

            Assert.AreEqual("""["line 17999","line 18000 pearl"]""", window["lines"]!.ToJsonString());
            Assert.AreEqual(30_000, window["total"]!.GetValue<int>());
            Assert.AreEqual(
                """{"lines":[{"line":18000,"bounds":[[11,16]]}],"before":1,"previous":9000,"next":27000,"stop_reason":"end"}""",
                window["found"]!.ToJsonString());
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_long_line_is_walked_through_by_columns()
    {
        var line = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"{number:00000}\u00e9"));
        folder.Write("walked.txt", $"first\n{line}\nlast");
        var walked = new StringBuilder();

        for (var isCut = true; isCut;)
        {
            var piece = JsonNode.Parse(
                await server.Http.GetStringAsync($"/api/v1/lines/walked.txt?from=2&count=1&column={walked.Length}"))!;
            walked.Append(piece["lines"]![0]!.GetValue<string>());
            isCut = piece["cut"]!.AsArray().Count > 0;
            Assert.AreEqual(3, piece["next"]!.GetValue<int>());
        }

        Assert.AreEqual(line, walked.ToString());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_text_that_ends_too_early_is_given_as_far_as_it_goes_and_says_so()
    {
        using var whole = new MemoryStream();
        await using (var zipped = new GZipStream(whole, CompressionLevel.Fastest, leaveOpen: true))
            await zipped.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 9_000).Select(number => $"line {number}\n"))));
        await File.WriteAllBytesAsync(Path.Join(folder.Path, "cut.gz"), whole.ToArray()[..^4_000]);

        var first = JsonNode.Parse(await server.Http.GetStringAsync("/api/v1/lines/cut.gz?count=1"))!;
        var total = first["total"]!.GetValue<int>();
        var last = JsonNode.Parse(await server.Http.GetStringAsync($"/api/v1/lines/cut.gz?from={total}"))!;

        Assert.AreEqual("""["line 1"]""", first["lines"]!.ToJsonString());
        Assert.IsNull(first["problem"]);
        Assert.AreEqual("its gzip data ends too early", last["problem"]!.GetValue<string>());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("missing.txt", 404)]
    [DataRow("..%2Fsmall.txt", 404)]
    [DataRow("small.txt?from=0", 400)]
    [DataRow("small.txt?from=-1", 400)]
    [DataRow("small.txt?count=2001", 400)]
    [DataRow("small.txt?count=x", 400)]
    [DataRow("small.txt?lines=1", 400)]
    [DataRow("small.txt?mode=perl", 400)]
    [DataRow("small.txt?q=", 400)]
    [DataRow("small.txt?q=%5C(", 400)]
    [DataRow("small.txt?q=x&dictionary=small.txt", 400)]
    [DataRow("small.txt?column=5", 400)]
    [DataRow("small.txt?from=99999999999999999999", 400)]
    public async Task What_cannot_be_given_is_refused(string path, int status)
    {
        using var reply = await server.Http.GetAsync($"/api/v1/lines/{path}");

        Assert.AreEqual((HttpStatusCode)status, reply.StatusCode);
        StringAssert.Contains(Encoding.UTF8.GetString(await reply.Content.ReadAsByteArrayAsync()), "\"detail\"", StringComparison.Ordinal);
    }
}
