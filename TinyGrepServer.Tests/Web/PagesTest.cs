// What the specs of the pages share: a folder of dictionaries with nasty lines, a server over it, and a browser.

using System.Globalization;

namespace TinyGrepServer.Tests.Web;

internal sealed class PagesTest : IAsyncDisposable
{
    public const string Image = "<img src=x onerror=alert(1)>";
    public const string Script = "</script><script>alert(1)</script>";
    public const string Quotes = "it's \"$HOME\" `id` $(id) \\ !";

    readonly Chromium? chromium;

    PagesTest(TemporaryFolder folder, TestServer server, Chromium? chromium)
    {
        Folder = folder;
        Server = server;
        this.chromium = chromium;
    }

    public TemporaryFolder Folder { get; }

    public TestServer Server { get; }

    public Uri Url => Server.Url;

    public Chromium Browser
    {
        get
        {
            if (chromium is null) Assert.Inconclusive("There is no Chromium here.");
            return chromium;
        }
    }

    public static async Task<PagesTest> StartAsync()
    {
        var folder = new TemporaryFolder();
        folder.Write("d/many.txt", string.Concat(Enumerable.Range(1, 250).Select(number => string.Create(CultureInfo.InvariantCulture, $"thing {number} of many\n"))));
        folder.Write("d/nasty.txt", $"{Image} nasty\n{Script} nasty\n{Quotes} nasty\nna\u00efve \U0001F600 needle \U0001F600 needle\n{new string('x', 5_000)}far needle{new string('y', 5_000)}\n");
        folder.Write("d/notes/2024/a b & <c>.txt", "one needle\ntwo\nthree\nfour\nfive needle\nsix Needle\n");
        return new PagesTest(folder, await TestServer.StartAsync("--dicts", Path.Join(folder.Path, "d"), "--default-dictionary", "many.txt"), await Chromium.StartAsync());
    }

    public Task<Visit> VisitAsync(string path, Microsoft.Playwright.BrowserNewContextOptions? options = null) => Browser.VisitAsync(new Uri(Url, path), options);

    public async ValueTask DisposeAsync()
    {
        if (chromium is not null) await chromium.DisposeAsync();
        await Server.DisposeAsync();
        Folder.Dispose();
    }
}
