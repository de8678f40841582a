// Nothing is left out in silence: an answer counts what the rules skipped, and names what could not be read.

using System.Text.Json;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class LeftOutSpecs
{
    static readonly TemporaryFolder Folder = new();
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        foreach (var name in new[] { "a.txt", ".env", ".git/config", "sub/.x", "old~", "sub/b.txt" }) Folder.Write(name, "needle\n");
        foreach (var name in new[] { "log.bin", "sub/log.bin" }) Folder.Write(name, "needle\0\n");
        server = await TestServer.StartAsync("--dicts", Folder.Path);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("", """{"backup":1,"binary":2,"dotfile":3}""")]
    [DataRow("&count_only=true", """{"backup":1,"binary":2,"dotfile":3}""")]
    [DataRow("&dictionary=!sub", """{"backup":1,"binary":1,"dotfile":2}""")]
    [DataRow("&dictionary=sub", """{"binary":1,"dotfile":1}""")]
    [DataRow("&dictionary=a.txt", "{}")]
    [DataRow("&dictionary=log.bin", "{}")]
    public async Task What_a_search_did_not_name_and_the_rules_skipped_is_counted(string query, string skipped)
    {
        var json = await server.GetAsync($"/api/v1/search?q=needle{query}").OkAsync();
        var ndjson = await server.GetAsync($"/api/v1/search?q=needle{query}", ("Accept", "application/x-ndjson")).OkAsync();

        var summary = JsonDocument.Parse(ndjson.Text.TrimEnd('\n').Split('\n')[^1]).RootElement;
        foreach (var answer in new[] { json.Json, summary })
        {
            Assert.AreEqual(skipped, answer.GetProperty("skipped").GetRawText());
            Assert.AreEqual("[] True", $"{answer.GetProperty("problems").GetRawText()} {answer.GetProperty("complete")}");
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_file_that_is_skipped_from_now_on_changes_the_tag()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", "needle\n");
        await using var own = await TestServer.StartAsync("--dicts", folder.Path);
        var before = await own.SettledTagAsync("/api/v1/search?q=needle");

        folder.Write("new~", "needle\n");
        var after = await own.GetAsync("/api/v1/search?q=needle", ("If-None-Match", before)).OkAsync();

        Assert.AreEqual("""{"backup":1}""", after.Json.GetProperty("skipped").GetRawText());
        Assert.AreNotEqual(before, after.Response.Headers.ETag?.ToString());
    }
}
