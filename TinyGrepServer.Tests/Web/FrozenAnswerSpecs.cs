// "Freeze this answer": what is on the page becomes a message, and its address shows the same for ever. The messages are the
// server's own.

using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;
using TinyGrepServer.Telemetry;
using static Microsoft.Playwright.Assertions;

namespace TinyGrepServer.Tests.Web;

[TestClass]
public sealed class FrozenAnswerSpecs
{
    static BrowserTest<TinyServer> test = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) => test = await BrowserTest<TinyServer>.StartAsync(
        folder =>
        {
            folder.Write("d/lines.txt", $"a needle {PagesTest.Image}\nhay\n");
            return TinyServer.StartAsync(
                new Settings
                {
                    Server = new ServerSettings { Port = 0 },
                    Search = new SearchSettings { Folder = Path.Join(folder.Path, "d") },
                    Storage = new StorageSettings { DataFolder = Path.Join(folder.Path, "data") },
                    Log = new LogSettings { Level = Microsoft.Extensions.Logging.LogLevel.None },
                });
        },
        server => server.Url);

    [ClassCleanup]
    public static async Task StopAsync() => await test.DisposeAsync();

    [TestMethod, Timeout(60_000)]
    public async Task A_frozen_answer_stays_as_it_was_when_the_dictionary_changes()
    {
        test.Folder.Write("d/changing.txt", "a frosty needle\n");
        await using var visit = await test.VisitAsync("/");
        await visit.TypeAsync("frosty needle");
        await Expect(visit.Hits.Locator("mark")).ToHaveTextAsync("frosty needle"); // its beginning has as many matches
        await visit.SaysAsync("1 match. That is all.");

        await Button(visit, "Freeze this answer").ClickAsync();
        var link = Link(visit, "Permanent link");
        await Expect(link).ToBeVisibleAsync();
        test.Folder.Write("d/changing.txt", "nothing any more\n");
        await link.ClickAsync();

        await Expect(visit.Page.Locator("#frozen")).ToContainTextAsync("as it was when it was kept");
        CollectionAssert.AreEqual(new[] { "hit 1: a frosty needle" }, await visit.RowsAsync());
        await Expect(visit.Page.Locator("#q")).ToHaveValueAsync("frosty needle");
        await Link(visit, "Search again now").ClickAsync();
        await visit.SaysAsync("No line matches.");
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Its_address_as_a_message_holds_the_answer()
    {
        await using var visit = await test.VisitAsync("/?q=needle&dictionary=lines.txt");
        await visit.SaysAsync("1 match. That is all.");

        await Button(visit, "Freeze this answer").ClickAsync();
        var address = await Link(visit, "as a message").GetAttributeAsync("href");

        using var http = new HttpClient();
        var message = JsonNode.Parse(await http.GetStringAsync(new Uri(test.Server.Url, address)))!["message"]!.GetValue<string>();
        Assert.AreEqual($"a needle {PagesTest.Image}", JsonNode.Parse(message)!["matches"]![0]!["text"]!.GetValue<string>());
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("just a text")]
    [DataRow("{\"matches\":[{\"dictionary\":1}]}")]
    [DataRow("{\"matches\":5}")]
    [DataRow("null")]
    [DataRow("<script>alert(1)</script>")]
    public async Task A_message_that_is_no_answer_is_called_so(string text)
    {
        var digest = await KeepAsync(text);

        await using var visit = await test.VisitAsync($"/?frozen={digest}");

        await visit.SaysAsync("This message is not a frozen answer.");
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_made_up_answer_becomes_text_never_markup()
    {
        var digest = await KeepAsync(
            """{"query":{"q":"<b>","mode":"nonsense"},"matches":[{"dictionary":"<img src=x onerror=alert(1)>/../..","line":"""
            + """1,"text":"<script>alert(1)</script>","bounds":[[900,-3],[0,7]],"before":["<b>"],"after":[]}],"stop_reason":"<i>"}""");

        await using var visit = await test.VisitAsync($"/?frozen={digest}");

        await visit.SaysAsync("1 match, not complete: <i>.");
        Assert.AreEqual(0, await visit.Page.Locator("#results img, #results script, #results b").CountAsync());
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_refusal_is_shown_in_the_servers_words()
    {
        await using var visit = await test.VisitAsync("/?q=needle");
        await visit.SaysAsync("That is all.");
        await visit.Page.RouteAsync(
            "**/messages", route => route.FulfillAsync(Visit.Refusal(501, "Messages are not configured here.")));

        await Button(visit, "Freeze this answer").ClickAsync();

        await visit.SaysAsync("Messages are not configured here.");
    }

    static ILocator Button(Visit visit, string name) => visit.Page.GetByRole(AriaRole.Button, new() { Name = name });

    static ILocator Link(Visit visit, string name) => visit.Page.GetByRole(AriaRole.Link, new() { Name = name });

    /// <summary>Keeps a text as any client would.</summary>
    static async Task<string> KeepAsync(string text)
    {
        using var http = new HttpClient();
        using var body = new StringContent(new JsonObject { ["message"] = text }.ToJsonString(), Encoding.UTF8, "application/json");
        using var reply = await http.PostAsync(new Uri(test.Server.Url, "messages"), body);
        return JsonNode.Parse(await reply.Content.ReadAsStringAsync())!["digest"]!.GetValue<string>();
    }
}
