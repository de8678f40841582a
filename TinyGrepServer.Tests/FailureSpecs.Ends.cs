// The rows of docs/failures.md in which the process cannot begin, or ends without a word.

namespace TinyGrepServer.Tests;

public sealed partial class FailureSpecs
{
    /// <summary>Back-references over an odd number of letters: hours of trying, and no match.</summary>
    const string Endless = @"^\(a*\)\(a*\)\(a*\)\(a*\)\1\2\3\4bx$";

    [TestMethod, Timeout(120_000)]
    public async Task A_grep_whose_server_was_killed_ends_by_itself()
    {
        using var folder = new TemporaryFolder();
        folder.Write("odd.txt", new string('a', 401) + "bx\n");
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--timeout", "100s");
        using var client = await RawClient.ConnectAsync(server.Url);
        await client.SendAsync(RawClient.Request("GET", $"/api/v1/search?q={Uri.EscapeDataString(Endless)}"));
        await Wait.UntilAsync(() => server.Children().Any(ProcessTable.HasProcessorLimit), "grep runs, with its lease of processor time");
        var grep = server.Children().Single();
        // It opens a descriptor of the server's; from then on it needs nothing of it.
        await Wait.UntilAsync(() => ProcessTable.ProcessorTime(grep) > TimeSpan.FromMilliseconds(200), "it is at the text");

        server.Signal(TestServer.KillNow);
        await server.WaitForExitAsync();
        Assert.IsTrue(ProcessTable.IsAlive(grep), "it is not the server's end that ends it");

        await Wait.UntilAsync(() => !ProcessTable.IsAlive(grep), "grep has ended", TimeSpan.FromSeconds(90));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_limit_of_the_process_is_too_small()
    {
        var (exitCode, output, errors) = await TestServer.RunAsync(Programs.Shell("ulimit -n 64; exec \"$@\"", "--port", "0"));

        Assert.AreEqual((2, ""), (exitCode, output));
        Assert.AreEqual("tinygrep: The limit of open files is 64, and at least 192 are needed: see ulimit -n.\n", errors);
    }
}
