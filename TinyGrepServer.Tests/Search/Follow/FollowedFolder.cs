// A folder, a server over it, and those who follow what is written there.

namespace TinyGrepServer.Tests.Search;

internal sealed class FollowedFolder : IAsyncDisposable
{
    readonly TemporaryFolder dictionaries;

    FollowedFolder(TemporaryFolder dictionaries, TestServer server) => (this.dictionaries, Server) = (dictionaries, server);

    public TestServer Server { get; }

    /// <summary>A server over a folder with one file, <c>quotes.txt</c>.</summary>
    /// <param name="text">What is in it.</param>
    public static async Task<FollowedFolder> StartAsync(string text)
    {
        var dictionaries = new TemporaryFolder();
        dictionaries.Write("quotes.txt", text);
        return new FollowedFolder(dictionaries, await TestServer.StartAsync("--dicts", dictionaries.Path));
    }

    /// <inheritdoc cref="FollowClient.StartAsync"/>
    public Task<FollowClient> FollowAsync(string query, string? cursor = null) => FollowClient.StartAsync(Server.Url, query, cursor);

    /// <summary>The path of a file.</summary>
    public string Of(string name) => Path.Join(dictionaries.Path, name);

    public void Write(string name, string text) => dictionaries.Write(name, text);

    public void Append(string name, string text) => File.AppendAllText(Of(name), text);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        dictionaries.Dispose();
    }
}
