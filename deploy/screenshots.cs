// The pictures of the documents: dotnet run deploy/screenshots.cs
// Starts a server over dicts/, opens its pages in the system's Chromium, light and dark, wide and on a phone, and writes them
// as PNG into docs/images/. Run it after a change of the pages.

#:project ../TinyGrepServer/TinyGrepServer.csproj
#:package Microsoft.Playwright
#:property PublishAot=false

using Microsoft.Playwright;
using TinyGrepServer;
using TinyGrepServer.Search;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

var top = Path.GetFullPath(Path.Join((string)AppContext.GetData("EntryPointFileDirectoryPath")!, ".."));
var folder = args is [var given] ? given : Path.Join(top, "docs", "images");

await using var server = await TinyServer.StartAsync(new Settings
{
    Server = new ServerSettings { Port = 0 },
    Search = new SearchSettings { Folder = Path.Join(top, "dicts") },
    Log = new LogSettings { Level = Microsoft.Extensions.Logging.LogLevel.Warning },
});
using var playwright = await Playwright.CreateAsync();
await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });

await TakeAsync("search-light", "", ColorScheme.Light, 1100, 720, Search);
await TakeAsync("search-dark", "?q=cache%7Ctimeout&mode=extended&context=1", ColorScheme.Dark, 1100, 720, Results);
await TakeAsync("phone-light", "?q=cache&ignore_case=1", ColorScheme.Light, 390, 780, Results);
await TakeAsync("phone-dark", "", ColorScheme.Dark, 390, 780, page => page.WaitForSelectorAsync("#shelf .size:not(:empty)"));
await TakeAsync("reader-light", "d/server-terms.txt?from=94#L95", ColorScheme.Light, 1100, 720, page => page.WaitForSelectorAsync("#L95"));

async Task Search(IPage page)
{
    await page.Locator("#q").PressSequentiallyAsync("timeout");
    await Results(page);
    await page.Locator("#commands summary").ClickAsync();
}

Task Results(IPage page) => page.WaitForSelectorAsync("#tools:not([hidden])");

async Task TakeAsync(string name, string path, ColorScheme scheme, int width, int height, Func<IPage, Task> prepareAsync)
{
    var options = new BrowserNewContextOptions { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height } };
    await using var context = await browser.NewContextAsync(options);
    var page = await context.NewPageAsync();
    await page.GotoAsync(new Uri(server.Url, path).ToString());
    await prepareAsync(page);
    await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    await page.ScreenshotAsync(new() { Path = Path.Join(folder, $"{name}.png") });
}
