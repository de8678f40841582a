// What a class of browser tests opens and closes as one: a folder, a server over it, and a browser. The server is whatever the
// class needs, a process or one in this process; where there is no browser, the first visit makes the test inconclusive.

using Microsoft.Playwright;

namespace TinyGrepServer.Tests.Web;

internal sealed class BrowserTest<TServer> : IAsyncDisposable
    where TServer : IAsyncDisposable
{
    readonly Uri url;
    readonly Chromium? chromium;

    BrowserTest(TemporaryFolder folder, TServer server, Uri url, Chromium? chromium)
    {
        (Folder, Server) = (folder, server);
        (this.url, this.chromium) = (url, chromium);
    }

    public TemporaryFolder Folder { get; }

    public TServer Server { get; }

    public static async Task<BrowserTest<TServer>> StartAsync(Func<TemporaryFolder, Task<TServer>> start, Func<TServer, Uri> url)
    {
        var folder = new TemporaryFolder();
        var server = await start(folder);
        return new BrowserTest<TServer>(folder, server, url(server), await Chromium.StartAsync());
    }

    /// <summary>Opens a page of the server in a fresh profile.</summary>
    public Task<Visit> VisitAsync(string path, BrowserNewContextOptions? options = null)
    {
        if (chromium is null) Assert.Inconclusive("There is no Chromium here.");
        return chromium.VisitAsync(new Uri(url, path), options);
    }

    public async ValueTask DisposeAsync()
    {
        if (chromium is not null) await chromium.DisposeAsync();
        await Server.DisposeAsync();
        Folder.Dispose();
    }
}
