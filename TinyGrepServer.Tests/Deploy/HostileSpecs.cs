// What would take a server's memory, sent through nginx: bodies that are announced and never come, and questions that weigh gigabytes.

using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Text;

namespace TinyGrepServer.Tests.Deploy;

[TestClass, DoNotParallelize]
public sealed class HostileSpecs
{
    const long Mebibyte = 1 << 20;

    [TestMethod, Timeout(300_000)]
    public async Task Idle_bodies_and_context_bombs_do_not_take_the_memory_of_a_server_behind_nginx()
    {
        using var folder = new TemporaryFolder();
        folder.Write("quotes.txt", "a good line\n");
        folder.Write("bomb.txt", string.Concat(Enumerable.Repeat(new string('x', 1_000) + "\n", 4_000)));
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        await using var cluster = await Cluster.StartSmallAsync(1, folder.Path, heap: 768 * Mebibyte);
        using var http = cluster.NewClient(new Version(1, 1));
        var server = cluster.ProcessOf("server-1");

        List<SslStream> held = [];
        var idle = $"POST /api/v1/json HTTP/1.1\r\nHost: localhost\r\nContent-Length: {Mebibyte}\r\n\r\n";
        for (var count = 0; count < 150; count++) held.Add(await SayAsync(cluster, idle));
        for (var limit = 1_000; limit < 1_008; limit++)
        {
            var bomb = string.Create(CultureInfo.InvariantCulture, $"/api/v1/search?q=x&dictionary=bomb.txt&context=1000&limit={limit}");
            held.Add(await SayAsync(cluster, $"GET {bomb} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        }
        List<TimeSpan> took = [];
        for (var question = 0; question < 100; question++)
        {
            var began = Stopwatch.GetTimestamp();
            Assert.Contains("\"count\":1", await http.GetStringAsync("/api/v1/search?q=good&dictionary=quotes.txt"));
            took.Add(Stopwatch.GetElapsedTime(began));
        }
        foreach (var one in held) await one.DisposeAsync();

        Assert.IsLessThan(TimeSpan.FromMilliseconds(100), took.Order().ElementAt(50));
        Assert.AreEqual(server, cluster.ProcessOf("server-1"), "it is the same process");
        Assert.IsTrue(ProcessTable.IsAlive(server));
        Assert.IsLessThan(400 * Mebibyte, ProcessTable.PeakMemory(server));
    }

    static async Task<SslStream> SayAsync(Cluster cluster, string said)
    {
        var stream = await cluster.ConnectAsync();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(said));
        return stream;
    }
}
