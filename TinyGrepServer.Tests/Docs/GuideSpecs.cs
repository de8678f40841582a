// The guide: its commands, and what it says is skipped.

using System.Text.Json;

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed class GuideSpecs
{
    [TestMethod, Timeout(120_000)]
    public Task Every_command_gives_the_output_it_shows() => DocumentedServer.RunAsync("docs/guide.md");

    [TestMethod, Timeout(60_000)]
    public async Task What_it_says_is_skipped_is_skipped_until_it_is_named()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["notes.txt", ".env", ".git/config", "notes.txt~"]) folder.Write(name, "a word\n");
        folder.Write("picture.png", "a word\0\n");
        await using var server = await TestServer.StartAsync("--dicts", folder.Path);

        var all = await CountAsync("");
        var named = await CountAsync("&dictionary=.env&dictionary=notes.txt~&dictionary=picture.png");

        Assert.AreEqual((1, 3), (all, named));

        async Task<int> CountAsync(string dictionaries) => JsonDocument
            .Parse(await server.Http.GetStringAsync($"/api/v1/search?q=word&count_only=true{dictionaries}"))
            .RootElement.GetProperty("count").GetInt32();
    }
}
