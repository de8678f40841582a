// All pages below a path of a proxy's choosing, in a real browser through a real nginx: whether the server is told the address by
// --public-url or by the proxy's own fields, nothing it shows or asks for lies outside that path.

using System.Text.Json;
using Microsoft.Playwright;
using TinyGrepServer.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace TinyGrepServer.Tests.Deploy;

[TestClass]
public sealed class PrefixSpecs
{
    [TestMethod, Timeout(120_000)]
    [DataRow("--public-url", false), DataRow("--trusted-proxies", true)]
    public async Task Search_reader_frozen_answer_dashboard_and_instructions_work_below_a_path(string option, bool isTrusted)
    {
        await using var test = await StartAsync(option, isTrusted);

        await using (var visit = await test.VisitAsync(""))
        {
            var strays = Strays(visit.Page);
            await visit.TypeAsync("needle");
            await visit.SaysAsync("1 match. That is all.");
            await Expect(visit.Page).ToHaveURLAsync(new Uri(test.Server.Url, "?q=needle&mode=fixed&ignore_case=1").ToString());
            await visit.Page.Locator("#commands summary").ClickAsync();
            await Expect(visit.Page.Locator("#curl-command")).ToContainTextAsync($"{test.Server.Url}api/v1/search");
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Freeze this answer" }).ClickAsync();
            await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Permanent link" }).ClickAsync();
            await Expect(visit.Page.Locator("#frozen")).ToContainTextAsync("as it was when it was kept");
            await visit.Hits.First.Locator("a").ClickAsync();
            await Expect(visit.Page.Locator("#L1")).ToContainTextAsync("a needle");
            Assert.AreEqual("/grep/d/lines%20of%20mine.txt", new Uri(visit.Page.Url).AbsolutePath);
            visit.AssertQuiet(); // for a plain text, which can name no icon, the browser asks the top of the site for one
            await visit.Page.GetByText("Raw", new() { Exact = true }).ClickAsync();
            await Expect(visit.Page.Locator("body")).ToContainTextAsync("a needle");
            Assert.AreEqual("", string.Join(' ', strays));
        }
        await using (var visit = await test.VisitAsync("internal/jobs"))
        {
            var strays = Strays(visit.Page);
            var (token, job) = await AddJobAsync(test.Server.Url);
            await visit.Page.Locator("#token").FillAsync(token);
            await visit.Page.Locator("#connect").ClickAsync();
            await Expect(visit.Page.Locator($"#job-{job}")).ToContainTextAsync("done");
            visit.AssertQuiet();
            await visit.Page.Locator($"#job-{job} a.result").ClickAsync();
            await Expect(visit.Page.Locator("body")).ToContainTextAsync("a needle");
            Assert.AreEqual("", string.Join(' ', strays));
        }
        await using (var visit = await test.VisitAsync("api/v1/web"))
        {
            await Expect(visit.Page.Locator("body")).ToContainTextAsync($"curl -s {test.Server.Url}schema");
            visit.AssertQuiet();
        }
    }

    static Task<BrowserTest<Prefixed>> StartAsync(string option, bool isTrusted) => BrowserTest<Prefixed>.StartAsync(
        folder =>
        {
            folder.Write("d/lines of mine.txt", "a needle\nhay\n");
            return Prefixed.StartAsync(url => TestServer.StartAsync(
                "--open-tokens",
                "--dicts", Path.Join(folder.Path, "d"),
                "--data", Path.Join(folder.Path, "data"),
                option, isTrusted ? "127.0.0.1" : url.ToString()));
        },
        site => site.Url);

    /// <summary>Paths that the page asks for, from now on, outside its own.</summary>
    static List<string> Strays(IPage page)
    {
        List<string> strays = [];
        page.Request += (_, request) =>
        {
            if (!new Uri(request.Url).AbsolutePath.StartsWith("/grep/", StringComparison.Ordinal)) strays.Add(request.Url);
        };
        return strays;
    }

    /// <summary>A job added as any client would; its Location leads back through the proxy.</summary>
    static async Task<(string Token, string Job)> AddJobAsync(Uri url)
    {
        using var http = new HttpClient { BaseAddress = url };
        using var given = await http.PostAsync("api/token", new StringContent("""{"user":"ann"}"""));
        var token = JsonDocument.Parse(await given.Content.ReadAsStringAsync()).RootElement.GetProperty("token").GetString()!;
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using var job = new StringContent(
            """{"kind":"search","input":{"q":"needle"}}""", System.Text.Encoding.UTF8, "application/json");
        using var added = await http.PostAsync("api/v1/jobs", job);
        var location = added.EnsureSuccessStatusCode().Headers.Location!;
        await http.GetStringAsync(new Uri(url, location));
        return (token, location.ToString().Split('/')[^1]);
    }
}
