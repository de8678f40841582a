// Children that misbehave: they print for ever, flood stderr, print what is not text, or leave a grandchild behind that
// holds their pipes. Time and memory stay bounded, and nothing is left in the process table.

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using TinyGrepServer.Processes;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Server;

public sealed partial class HttpListenerTrapsSpecs
{
    const string SmallQuestion = """{"action":"search","term":"small","dictionary":"small.txt"}""";
    const string SmallAnswer = """{"nr of entries":1,"results":["a small line"]}""";

    [TestMethod, Timeout(60_000)]
    public async Task A_child_whose_endless_output_nobody_reads_is_killed_and_reaped()
    {
        var child = await ShellAsync("while :; do echo $$; done");
        var id = await ReadNumberAsync(child);

        await child.DisposeAsync();

        Assert.IsFalse(Directory.Exists($"/proc/{id}"), "not even a zombie");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_megabyte_of_standard_error_is_drained_and_its_beginning_kept()
    {
        await using var child = await ShellAsync("echo the beginning >&2; head -c 1048576 /dev/zero >&2; exit 3");

        var exit = await child.WaitAsync();

        Assert.AreEqual(3, exit.Code);
        StringAssert.StartsWith(Encoding.ASCII.GetString(exit.Errors.Span), "the beginning\n", StringComparison.Ordinal);
        Assert.IsLessThanOrEqualTo(8 << 10, exit.Errors.Length);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Bytes_that_are_not_UTF_8_pass_unchanged()
    {
        await using var child = await ShellAsync(@"printf '\377\376\000\n'; printf '\200' >&2");
        var output = new MemoryStream();

        var buffer = new byte[64];
        while (await child.ReadAsync(buffer) is var read and > 0) await output.WriteAsync(buffer.AsMemory(0, read));
        var exit = await child.WaitAsync();

        CollectionAssert.AreEqual(new byte[] { 0xff, 0xfe, 0, (byte)'\n' }, output.ToArray());
        CollectionAssert.AreEqual(new byte[] { 0x80 }, exit.Errors.ToArray());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_grandchild_that_holds_the_pipes_is_waited_for_only_a_moment()
    {
        await using var child = await ShellAsync("sleep 600 & echo $!; exit 4");
        var grandchild = await ReadNumberAsync(child);

        var exit = await child.WaitAsync();

        Assert.AreEqual(4, exit.Code);
        Assert.IsTrue(ProcessTable.IsAlive(grandchild));
        Process.GetProcessById(grandchild).Kill();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_search_whose_grep_leaves_somebody_behind_with_its_pipes_ends_all_the_same()
    {
        using var folder = new TemporaryFolder();
        var left = Path.Join(folder.Path, "left");
        var environment = FakeGrep.In(folder, $"sleep 600 &\necho $! >{left}\nexec {FakeGrep.Real} \"$@\"\n");
        await using var server = await TestServer.StartAsync(
            environment, "--dicts", BigDictionary.In(folder, mebibytes: 1), "--timeout", "2s");

        try
        {
            var reply = await RawClient.AskAsync(server.Url, RawClient.Request("POST", "/api/v1/json", SmallQuestion))
                .WaitAsync(TimeSpan.FromSeconds(20));

            Assert.IsTrue(reply is { Status: 504, Whole: true } || reply is { Status: 200, Text: SmallAnswer }, reply?.Head);
            await AssertNothingRunsAsync(server);
        }
        finally
        {
            Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(left), CultureInfo.InvariantCulture)).Kill();
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_grep_that_complains_at_length_still_gives_its_answer()
    {
        using var folder = new TemporaryFolder();
        var environment = FakeGrep.In(folder, $"head -c 1048576 /dev/zero >&2\nexec {FakeGrep.Real} \"$@\"\n");
        await using var server = await TestServer.StartAsync(environment, "--dicts", BigDictionary.In(folder, mebibytes: 1));

        var reply = await RawClient.AskAsync(server.Url, RawClient.Request("POST", "/api/v1/json", SmallQuestion));

        Assert.AreEqual(SmallAnswer, reply?.Text);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_complaint_that_is_not_UTF_8_reaches_the_client_as_valid_JSON()
    {
        using var folder = new TemporaryFolder();
        var environment = FakeGrep.In(folder, "printf 'grep: bad \\377 pattern\\n' >&2\nexit 2\n");
        await using var server = await TestServer.StartAsync(environment, "--dicts", BigDictionary.In(folder, mebibytes: 1));

        var reply = await RawClient.AskAsync(server.Url, RawClient.Request("POST", "/api/v1/json", SmallQuestion));

        Assert.AreEqual(400, reply?.Status);
        using var body = JsonDocument.Parse(reply!.Body);
        var detail = body.RootElement.GetProperty("detail").GetString()!;
        StringAssert.StartsWith(detail, "grep: bad ", StringComparison.Ordinal);
        StringAssert.EndsWith(detail, " pattern", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_line_without_end_is_refused_within_bounded_memory()
    {
        using var folder = new TemporaryFolder();
        var environment = FakeGrep.In(folder, "printf '1:'\nexec cat /dev/zero\n");
        await using var server = await TestServer.StartAsync(environment, "--dicts", BigDictionary.In(folder, mebibytes: 1));

        var reply = await RawClient.AskAsync(server.Url, RawClient.Request("POST", "/api/v1/json", SmallQuestion));

        Assert.AreEqual(403, reply?.Status);
        Assert.IsEmpty(server.Children());
        Assert.IsLessThan(300L << 20, ProcessTable.PeakMemory(server.Process.Id));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Hundreds_of_searches_leave_no_zombie()
    {
        await using var server = await TestServer.StartAsync();

        await Parallel.ForEachAsync(Enumerable.Range(0, 300), new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (number, _) => await server.Http.GetStringAsync($"/api/v1/search?q={number}"));

        await Wait.UntilAsync(() => server.Children().Count + ProcessTable.ZombiesOf(server.Process.Id).Count == 0, "every grep is reaped");
    }

    static Task<ChildProcess> ShellAsync(string script) => ChildProcess.StartAsync(
        new ChildCommand { Program = "/bin/sh", Arguments = ["-c", script], Environment = [("PATH", "/usr/bin:/bin")] },
        CancellationToken.None);

    static async Task<int> ReadNumberAsync(ChildProcess child)
    {
        var buffer = new byte[64];
        var length = 0;
        while (!buffer.AsSpan(0, length).Contains((byte)'\n')) length += await child.ReadAsync(buffer.AsMemory(length));
        return int.Parse(Encoding.ASCII.GetString(buffer.AsSpan(0, buffer.AsSpan().IndexOf((byte)'\n'))), CultureInfo.InvariantCulture);
    }
}
