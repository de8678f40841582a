// app.Use: a middleware of those who embed the server, around every route, behind the refusals of the server itself.

using System.Net;
using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class OwnMiddlewareSpecs
{
    static readonly HttpClient Http = new();

    [TestMethod, Timeout(30_000)]
    public async Task It_sees_and_changes_the_replies_of_every_route()
    {
        List<string?> seen = [];
        await using var server = await StartAsync(app =>
        {
            app.Map("GET", "/hello/{name}", (_, _) => Task.FromResult(Reply.Text("Hello!")));
            app.Use(next => async (exchange, stop) =>
            {
                var reply = await next(exchange, stop);
                lock (seen) seen.Add($"{exchange.Route?.Pattern} {reply.Status}");
                return reply.With("X-Own", "yes");
            });
        });

        using var own = await Http.GetAsync(new Uri(server.Url, "/hello/ann"));
        using var search = await Http.GetAsync(new Uri(server.Url, "/api/v1/search?q=cache&limit=1"));
        using var probe = await Http.GetAsync(new Uri(server.Url, "/livez"));

        foreach (var reply in new[] { own, search, probe }) Assert.AreEqual("yes", reply.Headers.GetValues("X-Own").Single());
        CollectionAssert.AreEqual(new[] { "/hello/{name} 200", "/api/v1/search 200", "/livez 200" }, seen);
    }

    [TestMethod, Timeout(30_000)]
    public async Task It_may_refuse_and_those_added_first_stand_outside()
    {
        List<string> order = [];
        await using var server = await StartAsync(app =>
        {
            app.Use(next => (exchange, stop) =>
            {
                lock (order) order.Add("first");
                return next(exchange, stop);
            });
            app.Use(_ => (exchange, _) =>
            {
                lock (order) order.Add("second");
                throw new ApiError(402, $"{exchange.Path} costs something.");
            });
        });

        using var refused = await Http.GetAsync(new Uri(server.Url, "/livez"));
        var body = await refused.Content.ReadAsStringAsync();

        Assert.AreEqual(HttpStatusCode.PaymentRequired, refused.StatusCode);
        StringAssert.Contains(body, "\"detail\":\"/livez costs something.\"", StringComparison.Ordinal);
        CollectionAssert.AreEqual(new[] { "first", "second" }, order);
    }

    [TestMethod, Timeout(30_000)]
    public async Task It_does_not_see_what_the_server_has_refused()
    {
        var seen = 0;
        await using var server = await StartAsync(app => app.Use(next => (exchange, stop) =>
        {
            Interlocked.Increment(ref seen);
            return next(exchange, stop);
        }));

        using var withoutToken = await Http.GetAsync(new Uri(server.Url, "/api/v1/movies"));
        var bothLengths = await RawClient.AskAsync(server.Url, RawClient.Request(
            "POST", "/messages", "{}", "Transfer-Encoding: chunked"));
        using var missing = await Http.GetAsync(new Uri(server.Url, "/nope"));

        Assert.AreEqual(HttpStatusCode.Unauthorized, withoutToken.StatusCode);
        Assert.AreEqual(400, bothLengths!.Status);
        Assert.AreEqual(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.AreEqual(1, seen, "the missing page alone");
    }

    static Task<TinyServer> StartAsync(Action<AppBuilder> configure) => TinyServer.StartAsync(
        new Settings
        {
            Server = new ServerSettings { Port = 0 },
            Search = new SearchSettings { Folder = Path.Join(TestServer.Root, "dicts") },
            Log = new LogSettings { Level = Microsoft.Extensions.Logging.LogLevel.None },
        },
        configure);
}
