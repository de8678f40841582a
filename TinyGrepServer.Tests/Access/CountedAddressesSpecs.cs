// Whose tries and requests are counted together behind a proxy: each address by itself, however the proxy writes it, and all of an
// IPv6 network of 64 bits as one.

using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests.Access;

[TestClass]
public sealed class CountedAddressesSpecs
{
    readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void Remove() => folder.Dispose();

    [TestMethod, Timeout(60_000)]
    public async Task Clients_whose_proxy_writes_ports_or_quotes_are_not_all_one()
    {
        await using var server = await LimitedAsync();

        for (var client = 1; client <= 8; client++)
        {
            for (var request = 0; request < 2; request++)
            {
                await AskAsync(server, $"203.0.113.{client}:{4711 + request}").OkAsync();
                await AskAsync(server, $"\"[2001:db8:0:{client}::1]:{4711 + request}\"").OkAsync();
            }
        }
        await AskAsync(server, "203.0.113.1").RefusedAsync(429);
        await AskAsync(server, "\"203.0.113.1:9\"").RefusedAsync(429);
        await AskAsync(server, "[2001:db8:0:1::1]").RefusedAsync(429);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Many_addresses_of_one_IPv6_network_are_limited_as_one()
    {
        await using var server = await LimitedAsync();

        var answers = await Task.WhenAll(Enumerable.Range(1, 20).Select(client => AskAsync(server, $"2001:db8:1:2:{client:x}::1")));

        Assert.AreEqual((2, 18), (answers.Count(answer => answer.Status == 200), answers.Count(answer => answer.Status == 429)));
        await AskAsync(server, "2001:db8:1:3::1").OkAsync();
    }

    [TestMethod, Timeout(120_000)]
    public async Task Wrong_passwords_from_one_IPv6_network_count_together()
    {
        string[] options = ["--data", folder.Path, "--trusted-proxies", "127.0.0.1"];
        await using var server = await TestServer.StartAsync(options);
        await TokenClient.AddUserAsync(options, "ann");

        for (var attempt = 1; attempt <= 5; attempt++)
            await server.LogInAsync("ann", "wrong", ("X-Forwarded-For", $"[2001:db8:1:2::{attempt}]:4711")).RefusedAsync(401);

        await server.LogInAsync("ann", TokenClient.Password, ("X-Forwarded-For", "2001:db8:1:2:ffff::1")).RefusedAsync(429);
        await server.LogInAsync("ann", TokenClient.Password, ("X-Forwarded-For", "2001:db8:1:3::1")).OkAsync();
    }

    /// <summary>A burst of two for each address, and then one an hour.</summary>
    Task<TestServer> LimitedAsync() => TestServer.StartAsync(
        "--data", folder.Path, "--rate-limit-address", "1/h", "--trusted-proxies", "127.0.0.1");

    static Task<Answered> AskAsync(TestServer server, string client) => server.GetAsync("/livez", ("X-Forwarded-For", client));
}
