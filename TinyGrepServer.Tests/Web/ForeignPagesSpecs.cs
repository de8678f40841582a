// Pages of other origins in a real browser: what they send is refused and what they ask for cannot be read, until --cors-origins
// names them. The other site is a server of its own; `localhost` and 127.0.0.1 are two sites to a browser.

using System.Text.Json;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Web;

[TestClass]
public sealed class ForeignPagesSpecs
{
    static HttpServer elsewhere = null!;
    static BrowserTest<TestServer> test = null!;

    /// <summary>The other site under the name that is allowed.</summary>
    static Uri Friend => new($"http://127.0.0.1:{elsewhere.Url.Port}/");

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        elsewhere = Kernel.Start(
            new CapturedLog(), Kernel.Get("/", Reply.Text("<!doctype html><title>Elsewhere</title>", "text/html; charset=utf-8")));
        test = await BrowserTest<TestServer>.StartAsync(
            folder =>
            {
                folder.Write("d/lines.txt", "a needle\n");
                return TestServer.StartAsync(
                    "--open-tokens",
                    "--dicts", Path.Join(folder.Path, "d"),
                    "--data", Path.Join(folder.Path, "data"),
                    "--cors-origins", Friend.GetLeftPart(UriPartial.Authority));
            },
            server => server.Url);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await test.DisposeAsync();
        await elsewhere.DisposeAsync();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_page_of_another_site_can_neither_store_a_message_nor_read_an_answer()
    {
        await using var visit = await test.VisitAsync($"http://localhost:{elsewhere.Url.Port}/");

        var outcomes = await visit.Page.EvaluateAsync<string[]>(
            """
            async server => {
              const send = (path, options) => fetch(server + path, options).then(reply => reply.type, failed => failed.name);
              const form = document.createElement('form');
              document.body.innerHTML = '<iframe name="sink" sandbox="allow-forms"></iframe>';
              Object.assign(form, { action: `${server}messages`, method: 'post', enctype: 'text/plain', target: 'sink' });
              const part = Object.assign(document.createElement('input'), { name: '{"message":"by form', value: '"}' });
              form.append(part);
              document.body.append(form);
              const sunk = new Promise(resolve => { document.querySelector('iframe').onload = resolve; });
              form.submit();
              await sunk;
              return [
                await send('messages', { method: 'POST', mode: 'no-cors', body: '{"message":"by script"}' }),
                await send('api/v1/json', { method: 'POST', body: '{"action":"all"}' }),
                await send('api/v1/search?q=needle'),
                await send('api/v1/search', { method: 'QUERY', body: '{"q":"needle"}' }),
              ];
            }
            """,
            test.Server.Url.ToString());

        CollectionAssert.AreEqual(new[] { "opaque", "TypeError", "TypeError", "TypeError" }, outcomes);
        await Wait.UntilAsync(() => Refused("POST /messages 403") == 2, "both posts have been refused");
        await Wait.UntilAsync(() => Refused("POST /api/v1/json 403") == 1, "and the question, too");
        Assert.DoesNotContain("QUERY /api/v1/search", test.Server.Log, "the browser has not even sent it");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_page_that_is_allowed_reads_answers_refusals_and_fields_and_may_store()
    {
        await using var visit = await test.VisitAsync(Friend.ToString());

        var outcomes = await visit.Page.EvaluateAsync<string[]>(
            """
            async server => {
              const token = (await (await fetch(`${server}api/token`, { method: 'POST', body: '{"user":"ann"}' })).json()).token;
              const headers = { Authorization: `Bearer ${token}`, 'X-Request-Id': 'from-elsewhere', traceparent: 'x' };
              const found = await (await fetch(`${server}api/v1/search?q=needle`, { headers })).json();
              const movies = await fetch(`${server}api/v1/movies?limit=0`, { headers });
              const kept = await fetch(`${server}messages`, {
                method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"message":"from a friend"}',
              });
              const asked = await fetch(`${server}api/v1/search`, {
                method: 'QUERY', headers: { 'Content-Type': 'application/json' }, body: '{"q":"needle"}',
              });
              return [
                found.matches[0].text, `${movies.status}`, (await movies.json()).title, movies.headers.get('X-Request-Id'),
                `${kept.status}`, kept.headers.get('Location').slice(0, 10), `${asked.status}`,
              ];
            }
            """,
            test.Server.Url.ToString());

        CollectionAssert.AreEqual(
            new[] { "a needle", "400", "Bad Request", "from-elsewhere", "201", "/messages/", "200" },
            outcomes,
            JsonSerializer.Serialize(outcomes));
    }

    static int Refused(string line) => test.Server.Log.Split('\n').Count(one => one.Contains(line, StringComparison.Ordinal));
}
