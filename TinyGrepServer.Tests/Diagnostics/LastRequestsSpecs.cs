// What is remembered of requests is bounded: 200 rows and their memory, however many requests come. The server runs in the process of
// the test, where the live bytes can be counted; nothing else may run there meanwhile.

using System.Text.RegularExpressions;
using TinyGrepServer.Diagnostics;

namespace TinyGrepServer.Tests.Diagnostics;

[TestClass, DoNotParallelize]
public sealed class LastRequestsSpecs
{
    [TestMethod, Timeout(120_000)]
    public async Task Ten_thousand_requests_leave_two_hundred_rows_and_the_memory_as_it_was()
    {
        await using var server = await TinyServer.StartAsync(InProcess.Quiet() with { Diagnostics = true });
        await AskAsync(server, 1_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await AskAsync(server, 10_000);

        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.IsLessThan(3 << 20, grown, "all of them would be 10 MB");
        using var reply = await InProcess.SendAsync(server, "GET", "/internal/walk");
        Assert.AreEqual(200, Regex.Count(await reply.Content.ReadAsStringAsync(), "<tr><td>"));
    }

    [TestMethod]
    [DataRow(null, "")]
    [DataRow("cache", "cache||")]
    [DataRow("a;dur=1.5;desc=\"x, y; z\", b", "a|1.5|x, y; z b||")]
    [DataRow("a;desc=\"1 of 2\";dur=0.3,b;dur=2", "a|0.3|1 of 2 b|2|")]
    [DataRow("a;desc=\"cut off…", "a||")]
    public void Server_Timing_is_read_back(string? field, string expected) => Assert.AreEqual(
        expected,
        string.Join(' ', TimingEntry.Parse(field).Select(entry => $"{entry.Name}|{entry.Duration}|{entry.Description}")));

    /// <summary>Addresses as long as are kept, each of its own.</summary>
    static async Task AskAsync(TinyServer server, int count)
    {
        for (var asked = 0; asked < count; asked++)
            using (await InProcess.SendAsync(server, "GET", $"/livez?{asked}{new string('x', 500)}")) { }
    }
}
