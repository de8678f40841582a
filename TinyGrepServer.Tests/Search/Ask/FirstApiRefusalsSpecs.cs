// What the first API refuses, and that each refusal names the key at fault: a client that guesses wrong must be able to
// find out from the answer alone.

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class FirstApiRefusalsSpecs
{
    static readonly TemporaryFolder Folder = new();
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        Folder.Write("quotes.txt", "alpha\nbeta\n");
        server = await TestServer.StartAsync("--dicts", Folder.Path);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("""{"action":"search","term":"a","limit":1}""", "limit", DisplayName = "unknown key")]
    [DataRow("""{"action":"search","term":"a","Term":"b"}""", "Term", DisplayName = "keys are told apart by case")]
    [DataRow("""{"action":"search","term":"a","term":"b"}""", "term", DisplayName = "key twice")]
    [DataRow("""{"action":"search","term":"a","\u0074erm":"b"}""", "term", DisplayName = "key twice, once escaped")]
    [DataRow("""{"action":"search","term":1}""", "term", DisplayName = "number for a term")]
    [DataRow("""{"action":"search","term":["a"]}""", "term", DisplayName = "list for a term")]
    [DataRow("""{"action":"search","term":"a","nresults":"3"}""", "nresults", DisplayName = "string for a number")]
    [DataRow("""{"action":"search","term":"a","nresults":1.5}""", "nresults", DisplayName = "fraction")]
    [DataRow("""{"action":"search","term":"a","nresults":2147483648}""", "nresults", DisplayName = "more than 32 bits")]
    [DataRow("""{"action":"search","term":"a","nresults":true}""", "nresults", DisplayName = "true for a number")]
    [DataRow("""{"action":"search","term":"a","n_before":-1}""", "n_before", DisplayName = "below zero")]
    [DataRow("""{"action":"search","term":"a","n_before":1001}""", "n_before", DisplayName = "above 1000")]
    [DataRow("""{"action":"search","term":"a","n_after":-1}""", "n_after", DisplayName = "after below zero")]
    [DataRow("""{"action":"search","term":"a","n_after":1001}""", "n_after", DisplayName = "after above 1000")]
    [DataRow("""{"action":"search","term":"a","n_after":{}}""", "n_after", DisplayName = "object for a number")]
    [DataRow("""{"action":"search","term":"a","dictionary":["quotes.txt"]}""", "dictionary", DisplayName = "list for a dictionary")]
    [DataRow("""{"action":"search"}""", "term", DisplayName = "term missing")]
    [DataRow("""{"action":"search","term":null}""", "term", DisplayName = "term null")]
    [DataRow("""{"action":"search","term":""}""", "term", DisplayName = "term empty")]
    [DataRow("""{"action":"search","term":"a\nb"}""", "term", DisplayName = "newline in the term")]
    [DataRow("""{"action":"search","term":"a\u0000b"}""", "term", DisplayName = "NUL in the term")]
    [DataRow("""{"term":"a"}""", "action", DisplayName = "action missing")]
    [DataRow("""{"action":null,"term":"a"}""", "action", DisplayName = "action null")]
    [DataRow("""{"action":["search"],"term":"a"}""", "action", DisplayName = "list for an action")]
    public async Task A_wrong_member_is_refused_by_name(string body, string key)
    {
        var refused = await server.PostAsync(Questions.First, body).RefusedAsync(400);

        StringAssert.Contains(refused.Detail, $"'{key}'", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("")]
    [DataRow(" ")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("\"search\"")]
    [DataRow("{")]
    [DataRow("{'action':'all'}")]
    [DataRow("""{"action":"all",}""")]
    [DataRow("""{"action":"all"} trailing""")]
    [DataRow("""{"action":"all"}{"action":"all"}""")]
    [DataRow("""{"action":"all"/* comment */}""")]
    [DataRow("action=all")]
    public async Task What_is_not_one_JSON_object_is_refused(string body) =>
        await server.PostAsync(Questions.First, body).RefusedAsync(400);

    [TestMethod, Timeout(60_000)]
    [DataRow("delete")]
    [DataRow("")]
    [DataRow("Search")]
    [DataRow("search ")]
    public async Task An_unknown_action_is_not_implemented(string action)
    {
        var refused = await server.FirstAsync(new { action, term = "alpha" }).RefusedAsync(501);

        StringAssert.Contains(refused.Detail, "search and all", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("missing.txt")]
    [DataRow("")]
    [DataRow(".")]
    [DataRow("..")]
    [DataRow("*")]
    public async Task A_dictionary_that_is_not_there_is_forbidden(string dictionary)
    {
        var search = await server.FirstAsync(new { action = "search", term = "alpha", dictionary }).RefusedAsync(403);
        var all = await server.FirstAsync(new { action = "all", dictionary }).RefusedAsync(403);

        Assert.AreEqual(search.Detail, all.Detail);
        Assert.IsFalse(search.Text.Contains(Folder.Path, StringComparison.Ordinal), search.Text);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(@"\(")]
    [DataRow(@"[a")]
    [DataRow(@"a\{2,1\}")]
    [DataRow(@"\")]
    [DataRow(@"[[:nope:]]")]
    public async Task A_term_that_grep_rejects_is_refused_in_its_own_words(string term)
    {
        var (_, _, errors) = await TestServer.RunAsync(new System.Diagnostics.ProcessStartInfo("grep", ["-e", term, "--", "/dev/null"]));
        var words = errors.Trim().Split(": ", 2)[1];

        var refused = await server.FirstAsync(new { action = "search", term }).RefusedAsync(400);

        StringAssert.Contains(refused.Detail, words, StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("GET")]
    [DataRow("PUT")]
    [DataRow("DELETE")]
    public async Task Only_POST_is_answered(string method)
    {
        var refused = await server.SendAsync(new HttpMethod(method), Questions.First).RefusedAsync(405);

        StringAssert.Contains(string.Join(", ", refused.Response.Content.Headers.Allow), "POST", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_default_dictionary_that_has_gone_is_forbidden_too()
    {
        using var own = new TemporaryFolder();
        var file = own.Write("quotes.txt", "alpha\n");
        await using var bereft = await TestServer.StartAsync("--dicts", own.Path);

        File.Delete(file);

        await bereft.FirstAsync(new { action = "all" }).RefusedAsync(403);
    }
}
