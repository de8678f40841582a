// The dashboard's three files: served with a policy that lets nothing in, and at one with each other.

using System.Net;
using System.Text.RegularExpressions;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Jobs;

[TestClass]
public sealed partial class DashboardSpecs
{
    static readonly TemporaryFolder Folder = new();
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) =>
        server = await TestServer.StartAsync("--data", Path.Join(Folder.Path, "data"));

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("", "text/html"), DataRow(".css", "text/css"), DataRow(".js", "text/javascript")]
    public async Task Its_files_need_no_token_and_allow_nothing_from_elsewhere(string suffix, string type)
    {
        using var reply = await server.Http.GetAsync($"/internal/jobs{suffix}");
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/internal/jobs{suffix}");
        again.Headers.IfNoneMatch.Add(reply.Headers.ETag!);
        using var known = await server.Http.SendAsync(again);

        Assert.AreEqual(HttpStatusCode.OK, reply.StatusCode);
        Assert.AreEqual(type, reply.Content.Headers.ContentType!.MediaType);
        Assert.AreEqual(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            reply.Headers.GetValues("Content-Security-Policy").Single());
        Assert.AreEqual("nosniff", reply.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.AreEqual(HttpStatusCode.NotModified, known.StatusCode);
        Assert.IsFalse(Directory.Exists(Path.Join(Folder.Path, "data")), "looking at the page opens no database");
    }

    [TestMethod]
    public void The_page_has_nothing_inline_and_every_field_has_a_label()
    {
        var page = Read("jobs.html");

        Assert.DoesNotMatchRegex(Inline(), page);
        foreach (Match input in TextInput().Matches(page))
            StringAssert.Contains(page, $"<label for=\"{input.Groups["id"].Value}\">", StringComparison.Ordinal);
        StringAssert.Contains(page, "aria-live", StringComparison.Ordinal);
        StringAssert.Contains(page, "width=device-width", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Every_element_the_script_looks_for_is_there()
    {
        var (page, script) = (Read("jobs.html"), Read("jobs.js"));

        var wanted = Wanted().Matches(script)
            .Select(match => match.Groups["id"].Value)
            .Concat(["count-waiting", "count-running", "count-done", "count-failed", "count-cancelled"])
            .Distinct()
            .ToList();

        Assert.IsGreaterThan(10, wanted.Count);
        foreach (var id in wanted) StringAssert.Contains(page, $"id=\"{id}\"", StringComparison.Ordinal);
    }

    [TestMethod]
    public void The_script_stores_nothing_and_writes_no_markup()
    {
        foreach (var word in new[]
        {
            "localStorage", "sessionStorage", "cookie", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
        })
            Assert.IsFalse(Read("jobs.js").Contains(word, StringComparison.Ordinal), word);
    }

    static string Read(string file) => File.ReadAllText(Path.Join(TestServer.Root, "TinyGrepServer", "Jobs", "Dashboard", file));

    [GeneratedRegex("<style|\\bstyle=|\\bon[a-z]+=|<script(?![^>]*\\bsrc=)|javascript:")]
    private static partial Regex Inline();

    [GeneratedRegex("<input id=\"(?<id>[^\"]+)\"")]
    private static partial Regex TextInput();

    [GeneratedRegex(@"element\('(?<id>[^']+)'\)")]
    private static partial Regex Wanted();
}
