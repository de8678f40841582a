// The server that the documents speak of: films, open tokens, an upstream. One for all of them, started by the first document
// that asks and ended with the test run.

namespace TinyGrepServer.Tests;

internal static class DocumentedServer
{
    static readonly TemporaryFolder Data = new();
    static readonly Lazy<Task<TestServer>> Shared = new(StartAsync);

    public static Task<TestServer> GetAsync() => Shared.Value;

    /// <summary>Runs a document's commands against it.</summary>
    public static async Task RunAsync(string document) => await Document.Of(document).RunAsync((await GetAsync()).Url);

    public static async Task StopSharedAsync()
    {
        if (Shared.IsValueCreated) await (await Shared.Value).DisposeAsync();
        Data.Dispose();
    }

    static async Task<TestServer> StartAsync()
    {
        var seeded = await TestServer.RunAsync("seed", "--data", Data.Path);
        Assert.AreEqual(0, seeded.ExitCode, seeded.Errors);
        return await TestServer.StartAsync("--data", Data.Path, "--open-tokens", "--diagnostics", "--upstream", "http://127.0.0.1:1/");
    }
}
