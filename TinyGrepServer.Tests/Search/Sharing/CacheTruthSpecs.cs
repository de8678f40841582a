// The cache never lies: while a writer changes a dictionary in every way there is, readers ask the same questions, and every
// line of an answer was in the file at some moment during its request. Lines are numbered, so a stale one is recognised.
// TINYGREP_TEST_CHANGES sets how many changes are made.

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class CacheTruthSpecs
{
    [TestMethod, Timeout(300_000)]
    public Task No_answer_holds_a_line_that_was_not_there() =>
        Task.WhenAll(NoAnswerHoldsALineThatWasNotThereAsync("grep"), NoAnswerHoldsALineThatWasNotThereAsync("auto"));

    static async Task NoAnswerHoldsALineThatWasNotThereAsync(string engine)
    {
        var changes = Knob.Of("TINYGREP_TEST_CHANGES", 1_500);
        using var folder = new TemporaryFolder();
        var file = new ChangingFile(folder.Write("changing.txt", ""), engine);
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--engine", engine, "--log-level", "warning");
        using var done = new CancellationTokenSource();

        var readers = Enumerable.Range(0, 4)
            .Select(reader => Task.Run(() => ReadAsync(server, file, full: reader % 2 == 0, done.Token)))
            .ToList();
        var random = new Random(changes);
        for (var change = 0; change < changes; change++)
        {
            var answered = file.Answers;
            file.Change(random);
            await WaitAsync(() => Task.FromResult(file.Answers > answered), "somebody asks between two changes");
            if (change % (changes / 5) != 0) continue;
            await server.SettledTagAsync("/api/v1/search?q=line&dictionary=changing.txt&limit=1000");
            var hits = await server.GaugeAsync("tinygrep_cache_hits_total");
            // A kept answer is what the next change could make a lie.
            await WaitAsync(async () => await server.GaugeAsync("tinygrep_cache_hits_total") > hits, "a kept answer is given");
        }
        await done.CancelAsync();
        await Task.WhenAll(readers);

        Assert.IsGreaterThan(changes - 1, file.Answers);

        Task WaitAsync(Func<Task<bool>> holds, string what) =>
            Wait.UntilAsync(async () => readers.Any(reader => reader.IsFaulted) || await holds(), what);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("grep")]
    [DataRow("auto")]
    public async Task A_rewrite_of_the_same_length_with_its_time_put_back_is_seen(string engine)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("settled.txt", "the old line\n");
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--engine", engine);
        await server.SettledTagAsync("/api/v1/search?q=line");
        Assert.Contains("the old line", await server.Http.GetStringAsync("/api/v1/search?q=line"));
        var modified = File.GetLastWriteTimeUtc(path);

        await File.WriteAllTextAsync(path, "the new line\n");
        File.SetLastWriteTimeUtc(path, modified);
        var answer = await server.Http.GetStringAsync("/api/v1/search?q=line");

        Assert.Contains("the new line", answer);
        Assert.DoesNotContain("the old line", answer);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_repeated_question_starts_no_search_and_a_known_answer_is_304()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("settled.txt", "a line\n");
        await using var server = await TestServer.StartAsync("--dicts", folder.Path);
        var tag = await server.SettledTagAsync("/api/v1/search?q=line");
        var before = await server.GaugeAsync("tinygrep_cache_hits_total");

        using var again = await server.Http.GetAsync("/api/v1/search?q=line");
        using var conditional = new HttpRequestMessage(HttpMethod.Get, "/api/v1/search?q=line");
        conditional.Headers.TryAddWithoutValidation("If-None-Match", tag);
        using var known = await server.Http.SendAsync(conditional);
        var age = Stopwatch.StartNew();
        await File.AppendAllTextAsync(path, "another line\n");
        using var changed = new HttpRequestMessage(HttpMethod.Get, "/api/v1/search?q=line");
        changed.Headers.TryAddWithoutValidation("If-None-Match", tag);
        using var fresh = await server.Http.SendAsync(changed);
        var isYoung = age.Elapsed < TimeSpan.FromSeconds(2);

        Assert.AreEqual(tag, again.Headers.ETag!.ToString());
        Assert.AreEqual(before + 1, await server.GaugeAsync("tinygrep_cache_hits_total"));
        Assert.AreEqual(HttpStatusCode.NotModified, known.StatusCode);
        Assert.AreEqual(tag, known.Headers.ETag!.ToString());
        Assert.AreEqual(HttpStatusCode.OK, fresh.StatusCode);
        Assert.IsTrue(fresh.Headers.ETag is null || !isYoung, "a file changed a moment ago has no tag");
        Assert.Contains("another line", await fresh.Content.ReadAsStringAsync());
    }

    static async Task ReadAsync(TestServer server, ChangingFile file, bool full, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            var oldest = file.Current; // lines of versions before this one had gone when the question was asked
            var lines = full ? await AskFullAsync(server) : await AskFirstAsync(server);
            if (lines is null) continue;
            foreach (var line in lines) file.MustHaveBeenThere(line, oldest);
            file.CountAnswer();
        }
    }

    static async Task<List<string>?> AskFullAsync(TestServer server)
    {
        using var reply = await server.Http.GetAsync("/api/v1/search?q=line&dictionary=changing.txt&limit=1000");
        if (reply.StatusCode == HttpStatusCode.NotFound) return null; // between two names
        using var document = JsonDocument.Parse(await reply.Content.ReadAsByteArrayAsync());
        return [.. document.RootElement.GetProperty("matches").EnumerateArray().Select(match => match.GetProperty("text").GetString()!)];
    }

    static async Task<List<string>?> AskFirstAsync(TestServer server)
    {
        using var question = new StringContent("""{"action":"search","term":"line","dictionary":"changing.txt"}""");
        using var reply = await server.Http.PostAsync("/api/v1/json", question);
        if (reply.StatusCode == HttpStatusCode.Forbidden) return null;
        using var document = JsonDocument.Parse(await reply.Content.ReadAsByteArrayAsync());
        return [.. document.RootElement.GetProperty("results").EnumerateArray().Select(result => result.GetString()!)];
    }

    /// <summary>A file and the memory of which line left it with which change.</summary>
    /// <param name="engine">By which it is searched, for the message.</param>
    sealed class ChangingFile(string path, string engine)
    {
        readonly ConcurrentDictionary<string, int> goneSince = new();
        List<string> lines = [];
        int next;
        int current;
        int answers;

        /// <summary>Answers that readers have checked.</summary>
        public int Answers => Volatile.Read(ref answers);

        /// <summary>The number of the last change that is complete.</summary>
        public int Current => Volatile.Read(ref current);

        public void CountAnswer() => Interlocked.Increment(ref answers);

        public void MustHaveBeenThere(string line, int oldest)
        {
            if (line.Length != 13) return; // a line cut while it was being written
            Assert.IsFalse(
                goneSince.TryGetValue(line, out var since) && since <= oldest,
                $"{engine}: '{line}' had gone with change {since}; the question was asked at {oldest}");
        }

        public void Change(Random random)
        {
            var old = lines;
            switch (random.Next(5))
            {
                case 0: // replaced by rename
                    lines = NewLines(random.Next(1, 20));
                    File.WriteAllText(path + ".tmp", Text(lines));
                    File.Move(path + ".tmp", path, overwrite: true);
                    break;
                case 1: // appended
                    var more = NewLines(3);
                    lines = [.. lines, .. more];
                    File.AppendAllText(path, Text(more));
                    break;
                case 2: // truncated
                    lines = [.. lines.Take(lines.Count / 2)];
                    using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                        file.SetLength(lines.Count * 14);
                    break;
                case 3: // rewritten in place, same length
                    lines = NewLines(lines.Count);
                    WriteInPlace(Text(lines));
                    break;
                default: // the same, and the time put back
                    var modified = File.GetLastWriteTimeUtc(path);
                    lines = NewLines(lines.Count);
                    WriteInPlace(Text(lines));
                    File.SetLastWriteTimeUtc(path, modified);
                    break;
            }
            var change = current + 1;
            foreach (var line in old.Except(lines)) goneSince[line] = change;
            Volatile.Write(ref current, change);
        }

        void WriteInPlace(string text)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(text));
        }

        List<string> NewLines(int count) =>
            [.. Enumerable.Range(0, count).Select(_ => string.Create(CultureInfo.InvariantCulture, $"line {next++:00000000}"))];

        static string Text(List<string> lines) => string.Concat(lines.Select(line => line + "\n"));
    }
}
