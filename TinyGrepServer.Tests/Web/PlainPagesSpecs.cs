// The pages without a script, and what goes over the wire: policies, entity tags, encoded text.

using System.Net;
using TinyGrepServer.Web;
using static Microsoft.Playwright.Assertions;

namespace TinyGrepServer.Tests.Web;

[TestClass]
public sealed class PlainPagesSpecs
{
    static readonly string[] Files = ["/", "/?q=needle", "/d/many.txt", "/files/notes/", "/web/page.css", "/web/search.js"];

    static BrowserTest<TestServer> test = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => test = await PagesTest.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync() => await test.DisposeAsync();

    [TestMethod, Timeout(60_000)]
    public async Task Without_a_script_the_form_searches_and_the_answer_goes_on()
    {
        await using var visit = await test.VisitAsync("/", new() { JavaScriptEnabled = false });

        await visit.Page.Locator("#q").FillAsync("thing");
        await visit.Page.GetByLabel("Whole words").CheckAsync(new() { Force = true });
        await visit.Page.Locator("#in").FillAsync("many.txt");
        await visit.Page.Locator("#question button").ClickAsync();
        await visit.SaysAsync("100 matches so far; there are more.");
        await visit.Page.GetByText("Next matches").ClickAsync();

        await Expect(visit.Hits).ToHaveCountAsync(100);
        StringAssert.Contains(await visit.Hits.First.InnerTextAsync(), "thing 101 of many", StringComparison.Ordinal);
        await Expect(visit.Page.Locator("#q")).ToHaveValueAsync("thing");
        await Expect(visit.Page.Locator("#in")).ToHaveValueAsync("many.txt");
        await visit.Hits.First.Locator("a").ClickAsync();
        await Expect(visit.Page.Locator("li:target .text")).ToHaveTextAsync("thing 101 of many");
        await Expect(visit.Page.Locator("li:target mark")).ToHaveTextAsync("thing");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Without_a_script_the_many_matches_of_a_file_are_folded_and_the_reader_leads_through_them()
    {
        await using var visit = await test.VisitAsync("/", new() { JavaScriptEnabled = false });

        await visit.Page.Locator("#q").FillAsync("7 of many");
        await visit.Page.Locator("#question button").ClickAsync();
        await Expect(visit.Hits).ToHaveCountAsync(5);
        await visit.Page.GetByText("More in this file").ClickAsync();

        await Expect(visit.Page.Locator("li:target .text")).ToHaveTextAsync("thing 57 of many");
        await Expect(visit.Page.Locator("#lines li.hit")).Not.ToHaveCountAsync(0);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Of_a_parameter_given_twice_the_last_counts_and_a_link_without_a_mode_is_a_basic_expression()
    {
        var form = await test.Server.Http.GetStringAsync("/?mode=fixed&ignore_case=1&q=NEEDLE%7Czzz&mode=extended&mode=&ignore_case=0");
        var link = await test.Server.Http.GetStringAsync("/?q=n[e]edle");

        StringAssert.Contains(form, "No line matches.", StringComparison.Ordinal); // case counts
        StringAssert.Contains(link, "<mark>needle</mark>", StringComparison.Ordinal);
        StringAssert.Contains(link, "<option value=\"basic\" selected>", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("/?q=needle&context=2"), DataRow("/?q=e&mode=fixed&ignore_case=1&context=1&in=n*"), DataRow("/?q=nasty"), DataRow("/?q=many")]
    public async Task With_and_without_a_script_an_answer_looks_the_same(string path)
    {
        await using var plain = await test.VisitAsync(path, new() { JavaScriptEnabled = false });
        await using var lively = await test.VisitAsync(path);
        await Expect(lively.Page.Locator("#tools")).ToBeVisibleAsync();

        var expected = await lively.RowsAsync();

        Assert.IsNotEmpty(expected);
        CollectionAssert.AreEqual(expected, await plain.RowsAsync());
        Assert.AreEqual(await lively.Page.Locator("mark").CountAsync(), await plain.Page.Locator("mark").CountAsync());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Every_file_has_a_policy_and_an_entity_tag_that_saves_sending_it_again()
    {
        foreach (var path in Files)
        {
            using var reply = await test.Server.Http.GetAsync(path);
            using var again = new HttpRequestMessage(HttpMethod.Get, path);
            again.Headers.IfNoneMatch.Add(reply.Headers.ETag!);
            using var second = await test.Server.Http.SendAsync(again);

            Assert.AreEqual(HttpStatusCode.OK, reply.StatusCode, path);
            Assert.IsFalse(reply.Headers.ETag!.IsWeak);
            Assert.AreEqual(PageReply.Policy, reply.Headers.GetValues("Content-Security-Policy").Single());
            Assert.AreEqual("nosniff", reply.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.AreEqual("no-referrer", reply.Headers.GetValues("Referrer-Policy").Single());
            Assert.AreEqual(HttpStatusCode.NotModified, second.StatusCode, path);
            Assert.AreEqual(0, (await second.Content.ReadAsByteArrayAsync()).Length);
        }
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("/?q=needle"), DataRow("/files"), DataRow("/d/many.txt"), DataRow("/api/v1/web"), DataRow("/internal/jobs")]
    public async Task What_a_page_loads_is_kept_by_the_browser_under_an_address_that_changes_with_it(string path)
    {
        var page = await test.Server.Http.GetStringAsync(path);

        var loaded = System.Text.RegularExpressions.Regex.Matches(page, "(?:href|src)=\"([^\"]*(?:/web/|/house/)[^\"]*)\"")
            .Select(match => match.Groups[1].Value)
            .ToList();
        Assert.IsGreaterThan(1, loaded.Count);
        foreach (var file in loaded)
        {
            using var reply = await test.Server.Http.GetAsync(new Uri(new Uri(test.Server.Url, path), file));
            Assert.IsTrue(reply.IsSuccessStatusCode, file);
            Assert.AreEqual("public, max-age=31536000, immutable", reply.Headers.CacheControl!.ToString());
        }
        using var older = await test.Server.Http.GetAsync("/web/0/search.js");
        Assert.AreEqual("no-cache", older.Headers.CacheControl!.ToString());
    }

    [TestMethod]
    public void The_policy_lets_nothing_inline_and_nothing_foreign_in()
    {
        StringAssert.StartsWith(PageReply.Policy, "default-src 'none';", StringComparison.Ordinal);
        foreach (var word in (string[])["unsafe", "http", "*"])
            Assert.IsFalse(PageReply.Policy.Contains(word, StringComparison.Ordinal), word);
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_comes_from_the_address_or_a_dictionary_is_encoded()
    {
        const string Hostile = "\"><script>alert(1)</script>";
        var hostile = Uri.EscapeDataString(Hostile);
        var page = await test.Server.Http.GetStringAsync($"/?q=nasty&context=0&dictionary=nasty.txt&utm={hostile}");
        using var refused = await test.Server.Http.GetAsync($"/?q={hostile}&context={hostile}&mode={hostile}");
        var other = await refused.Content.ReadAsStringAsync();

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.StatusCode);
        foreach (var text in new[] { page, other })
            foreach (var markup in (string[])["<script>", "<img src=x", " <c>"])
                Assert.IsFalse(text.Contains(markup, StringComparison.Ordinal), markup);
        StringAssert.Contains(page, "&lt;img src=x onerror=alert(1)&gt; <mark>nasty</mark>", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_pattern_that_grep_refuses_is_told_of_on_the_page()
    {
        using var reply = await test.Server.Http.GetAsync("/?q=%5C(");

        Assert.AreEqual(HttpStatusCode.BadRequest, reply.StatusCode);
        StringAssert.Contains(await reply.Content.ReadAsStringAsync(), "Unmatched ( or \\(", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_answer_too_large_for_a_page_is_refused_and_ended()
    {
        test.Folder.Write("d/wide.txt", string.Concat(Enumerable.Repeat(new string('w', 100_000) + "\n", 40)));

        using var reply = await test.Server.Http.GetAsync("/?q=www&dictionary=wide.txt");

        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, reply.StatusCode);
        StringAssert.Contains(await reply.Content.ReadAsStringAsync(), "too large for a page", StringComparison.Ordinal);
        await Wait.UntilAsync(() => test.Server.Children().Count == 0, "its grep has been ended");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Below_a_proxys_prefix_every_address_has_it()
    {
        await using var server = await TestServer.StartAsync("--public-url", "https://grep.example.org/sub/");

        var page = await server.Http.GetStringAsync("/?q=cache");

        var addresses = System.Text.RegularExpressions.Regex.Matches(page, "(?:href|src|action)=\"([^\"]*)\"")
            .Select(match => match.Groups[1].Value)
            .ToList();
        Assert.IsGreaterThan(8, addresses.Count);
        Assert.IsEmpty(addresses.Where(address => !address.StartsWith("/sub/", StringComparison.Ordinal)));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("/web/search.html"), DataRow("/web/0/search.html"), DataRow("/house/page.css")]
    [DataRow("/web/nope.js"), DataRow("/web/..%2Fpages%2Fpage.css")]
    public async Task A_file_that_is_none_is_a_404(string path)
    {
        using var reply = await test.Server.Http.GetAsync(path);

        Assert.AreEqual(HttpStatusCode.NotFound, reply.StatusCode);
    }
}
