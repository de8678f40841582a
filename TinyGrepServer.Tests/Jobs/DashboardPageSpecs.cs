// The dashboard in a real browser: a person types a token, sees what runs and what has failed, retries and cancels, with the
// keyboard alone and on a phone.

using System.Text.Json.Nodes;
using Microsoft.Playwright;
using TinyGrepServer.Tests.Access;
using TinyGrepServer.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace TinyGrepServer.Tests.Jobs;

[TestClass]
public sealed class DashboardPageSpecs
{
    static BrowserTest<TestServer> test = null!;
    static string token = "";

    static HttpClient Http => test.Server.Http;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        test = await BrowserTest<TestServer>.StartAsync(
            folder =>
            {
                folder.Write("dicts/a.txt", "a needle\n");
                return TestServer.StartAsync(
                    "--open-tokens",
                    "--rate-limit", "off",
                    "--dicts", Path.Join(folder.Path, "dicts"),
                    "--data", Path.Join(folder.Path, "data"),
                    "--upstream", "http://127.0.0.1:1/");
            },
            server => server.Url);
        token = await test.Server.TokenAsync("ann");
        Http.DefaultRequestHeaders.Add("Authorization", $"Bearer {token}");
    }

    [ClassCleanup]
    public static async Task StopAsync() => await test.DisposeAsync();

    [TestMethod, Timeout(60_000)]
    public async Task Jobs_show_up_change_and_are_retried_and_cancelled_with_the_keyboard_alone()
    {
        var done = await AddAsync("""{"kind":"search","input":{"q":"needle"}}""");
        var failed = await AddAsync("""{"kind":"relay","input":{"timeout":1000},"max_attempts":1}""");
        await using var visit = await VisitAsync();

        await visit.Page.Locator("#token").FocusAsync();
        await visit.Page.Keyboard.TypeAsync(token);
        await visit.Page.Keyboard.PressAsync("Enter");

        await Expect(visit.Page.Locator($"#job-{done}")).ToContainTextAsync("done");
        await Expect(visit.Page.Locator($"#job-{failed}")).ToContainTextAsync("failed");
        await Expect(visit.Page.Locator($"#job-{done} a[href^='/messages/']")).ToHaveCountAsync(1);
        var ended = await EndAsync(failed);
        await visit.Page.Locator($"#retry-{failed}").FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Wait.UntilAsync(async () => await EndAsync(failed) is { } again && again != ended, "it was tried again");
        await Expect(visit.Page.Locator($"#job-{failed}")).ToContainTextAsync("failed");
        await visit.Page.Locator("#cancel-failed").FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator($"#job-{failed}")).ToContainTextAsync("cancelled");
        var later = await AddAsync("""{"kind":"search","input":{"q":"<img src=x onerror=alert(1)>"},"run_at":"2199-01-01T00:00:00Z"}""");
        await Expect(visit.Page.Locator($"#job-{later}")).ToContainTextAsync("<img src=x onerror=alert(1)>"); // comes by itself, as text
        visit.AssertQuiet();
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_wrong_token_is_told()
    {
        await using var visit = await VisitAsync();

        await visit.Page.Locator("#token").FillAsync("nonsense");
        await visit.Page.Locator("#connect").ClickAsync();

        await Expect(visit.Page.Locator("#problem")).ToContainTextAsync("The token is not accepted");
        await Expect(visit.Page.Locator("#board")).ToBeHiddenAsync();
        Assert.AreEqual(0, await visit.Page.EvaluateAsync<int>("localStorage.length + sessionStorage.length + document.cookie.length"));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(ColorScheme.Light), DataRow(ColorScheme.Dark)]
    public async Task On_a_phone_nothing_scrolls_sideways_and_nothing_is_hard_to_read(ColorScheme scheme)
    {
        await AddAsync(
            """{"kind":"search","input":{"q":"a long question without a place to break it """
            + """______________________________________________________"},"run_at":"2199-01-01T00:00:00Z"}""");
        await using var visit = await VisitAsync(new() { ViewportSize = new() { Width = 320, Height = 640 }, ColorScheme = scheme });
        await visit.Page.Locator("#token").FillAsync(token);
        await visit.Page.Locator("#connect").ClickAsync();
        await Expect(visit.Page.Locator("#rows tr").First).ToBeVisibleAsync();

        Assert.AreEqual(320, await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.AreEqual("", await Axe.FindingsAsync(visit.Page));
    }

    static Task<Visit> VisitAsync(BrowserNewContextOptions? options = null) => test.VisitAsync("/internal/jobs", options);

    /// <summary>When a job ended, or null where it has not.</summary>
    static async Task<string?> EndAsync(string id) =>
        JsonNode.Parse(await Http.GetStringAsync($"/api/v1/jobs/{id}"))!["finished_at"]?.GetValue<string>();

    static async Task<string> AddAsync(string job)
    {
        using var reply = await Http.PostAsync("/api/v1/jobs", new StringContent(job, System.Text.Encoding.UTF8, "application/json"));
        return reply.EnsureSuccessStatusCode().Headers.Location!.ToString().Split('/')[^1];
    }
}
