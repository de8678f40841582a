// Large replies are bounded in number, in all and for one address: who holds them holds what makes them.

using System.Net;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class StreamsSpecs
{
    static readonly IPAddress Ann = IPAddress.Parse("192.0.2.1");
    static readonly IPAddress Bob = IPAddress.Parse("192.0.2.2");

    [TestMethod]
    public void One_address_has_at_most_half_and_gives_back_what_it_had()
    {
        var count = new StreamCount();

        Assert.IsTrue(count.TryEnter(Ann, 4));
        Assert.IsTrue(count.TryEnter(Ann, 4));
        Assert.IsFalse(count.TryEnter(Ann, 4), "half of four");
        Assert.IsTrue(count.TryEnter(Bob, 4));
        count.Leave(Ann);

        Assert.IsTrue(count.TryEnter(Ann, 4));
        Assert.AreEqual(3, count.All);
    }

    [TestMethod]
    public void What_is_counted_for_nobody_is_bounded_by_all_alone()
    {
        var count = new StreamCount();

        for (var place = 0; place < 4; place++) Assert.IsTrue(count.TryEnter(null, 4));

        Assert.IsFalse(count.TryEnter(null, 4));
        Assert.IsFalse(count.TryEnter(Ann, 4));
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_last_place_is_for_others_and_a_place_given_back_can_be_had()
    {
        using var folder = Large();
        await using var server = await TestServer.StartAsync("--dicts", folder.Path, "--max-streams", "4");
        using var first = await NotReadingAsync(server);
        using var second = await NotReadingAsync(server);
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_http_streams") == 2, "two are being sent");

        using var third = await server.Http.GetAsync("/api/v1/dictionaries/large.txt");
        using var small = await server.Http.GetAsync("/api/v1/dictionaries/small.txt");
        first.Dispose();
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_http_streams") == 1, "one is noticed to be gone");
        using var again = await server.Http.GetAsync("/api/v1/dictionaries/large.txt", HttpCompletionOption.ResponseHeadersRead);

        Assert.AreEqual((503, 200, 200), ((int)third.StatusCode, (int)small.StatusCode, (int)again.StatusCode));
        Assert.IsNotNull(third.Headers.RetryAfter);
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_a_trusted_proxy_asks_is_not_counted_for_its_address()
    {
        using var folder = Large();
        await using var server = await TestServer.StartAsync(
            "--dicts", folder.Path, "--max-streams", "2", "--trusted-proxies", "127.0.0.1");
        using var first = await NotReadingAsync(server);
        await Wait.UntilAsync(async () => await server.GaugeAsync("tinygrep_http_streams") == 1, "one is being sent");

        using var second = await server.Http.GetAsync("/api/v1/dictionaries/large.txt", HttpCompletionOption.ResponseHeadersRead);

        Assert.AreEqual(HttpStatusCode.OK, second.StatusCode);
    }

    static TemporaryFolder Large()
    {
        var folder = new TemporaryFolder();
        folder.Write("large.txt", string.Concat(Enumerable.Repeat(new string('x', 99) + "\n", 400_000)));
        folder.Write("small.txt", "small\n");
        return folder;
    }

    static async Task<RawClient> NotReadingAsync(TestServer server)
    {
        var client = await RawClient.ConnectAsync(server.Url, receiveBuffer: 4 << 10);
        await client.SendAsync(RawClient.Request("GET", "/api/v1/dictionaries/large.txt"));
        return client;
    }
}
