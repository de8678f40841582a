// The system's Chromium for the specs of the pages: one browser for a class, a fresh profile for each visit. Where there is
// none, the tests are inconclusive.

using Microsoft.Playwright;

namespace TinyGrepServer.Tests.Web;

internal sealed class Chromium : IAsyncDisposable
{
    /// <summary>How long is waited for what a page should do, in milliseconds.</summary>
    public const int Patience = 15_000;

    static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    readonly IPlaywright playwright;
    readonly IBrowser browser;

    Chromium(IPlaywright playwright, IBrowser browser)
    {
        this.playwright = playwright;
        this.browser = browser;
    }

    /// <summary>Null where this machine has no browser that starts.</summary>
    public static async Task<Chromium?> StartAsync()
    {
        if (Array.Find(Places, File.Exists) is not { } place) return null;
        try
        {
            var playwright = await Playwright.CreateAsync();
            Assertions.SetDefaultExpectTimeout(Patience);
            var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = place, Args = ["--no-sandbox"] });
            return new Chromium(playwright, browser);
        }
        catch (Exception failed) when (failed is PlaywrightException or IOException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public async Task<Visit> VisitAsync(Uri url, BrowserNewContextOptions? options = null)
    {
        var context = await browser.NewContextAsync(options ?? new());
        context.SetDefaultTimeout(Patience);
        var visit = new Visit(await context.NewPageAsync());
        await visit.Page.GotoAsync(url.ToString());
        return visit;
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}

/// <summary>A page that somebody looks at, and all that it complained about.</summary>
internal sealed class Visit : IAsyncDisposable
{
    readonly List<string> complaints = [];

    public Visit(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") complaints.Add($"{message.Text} {message.Location}");
        };
        page.PageError += (_, error) => complaints.Add(error);
        page.Dialog += (_, dialog) =>
        {
            complaints.Add($"dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
    }

    public IPage Page { get; }

    public ILocator Hits => Page.Locator("#results .hit");

    public ILocator Status => Page.Locator("#status");

    /// <summary>No error, no violated policy, no dialog.</summary>
    public void AssertQuiet() => Assert.IsEmpty(complaints, string.Join('\n', complaints));

    public Task TypeAsync(string text) => Page.Locator("#q").PressSequentiallyAsync(text);

    /// <summary>Waits until the status line says this.</summary>
    public Task SaysAsync(string text) => Assertions.Expect(Status).ToContainTextAsync(text);

    /// <summary>
    /// Waits until the script has drawn the answer in its own way: what the server drew before looks much the same, and does less.
    /// </summary>
    public Task IsDrawnAsync() => Assertions.Expect(Page.Locator("#tools")).ToBeVisibleAsync();

    /// <summary>Line number and text of each row, context too.</summary>
    public async Task<string[]> RowsAsync() =>
        await Page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll('#results li:not(.gap)')].map(row =>
              `${row.className} ${row.querySelector('.number').textContent}: ${row.querySelector('.text').textContent}`)
            """);

    /// <summary>From now on the API refuses every call of the page that does not carry the token <c>secret</c>.</summary>
    public Task NeedTokenAsync() => Page.RouteAsync("**/api/v1/**", async route =>
    {
        if (await route.Request.HeaderValueAsync("authorization") == "Bearer secret") await route.ContinueAsync();
        else await route.FulfillAsync(Refusal(401, "A token is needed."));
    });

    /// <summary>A refusal as the server would write it.</summary>
    public static RouteFulfillOptions Refusal(int status, string detail) => new()
    {
        Status = status,
        ContentType = "application/problem+json",
        Body = $$"""{"detail":"{{detail}}"}""",
    };
    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
