// One message, several representations: JSON or text, each plain or compressed. Caches must be able to tell them apart.

using System.Security.Cryptography;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Messages;

[TestClass]
public sealed class MessageRepresentationsSpecs
{
    static readonly TemporaryFolder Folder = new();
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) =>
        server = await TestServer.StartAsync(await Databases.OptionsAsync(Engine.Sqlite, Folder));

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task Each_representation_has_a_tag_of_its_own_and_a_true_digest()
    {
        var page = await PostAsync(new string('x', 5_000));
        List<string> tags = [];

        foreach (var type in new[] { "application/json", "text/plain" })
        {
            foreach (var coding in new[] { "identity", "br", "gzip" })
            {
                var reply = await GetAsync(page, $"Accept: {type}", $"Accept-Encoding: {coding}");
                Assert.AreEqual(200, reply.Status);
                StringAssert.StartsWith(reply.Header("Content-Type"), type, StringComparison.Ordinal);
                Assert.AreEqual(coding == "identity" ? null : coding, reply.Header("Content-Encoding"));
                StringAssert.Contains(reply.Header("Cache-Control"), "public", StringComparison.Ordinal);
                StringAssert.Contains(reply.Header("Cache-Control"), "immutable", StringComparison.Ordinal);
                CollectionAssert.AreEquivalent(new[] { "Accept", "Accept-Encoding" }, Fields(reply));
                if (reply.Header("Repr-Digest") is { } digest)
                    Assert.AreEqual($"sha-256=:{Convert.ToBase64String(SHA256.HashData(reply.Body))}:", digest);
                else
                    Assert.AreNotEqual("identity", coding);
                tags.Add(reply.Header("ETag")!);

                var known = await GetAsync(page, $"Accept: {type}", $"Accept-Encoding: {coding}", $"If-None-Match: {tags[^1]}");
                Assert.AreEqual(304, known.Status);
                Assert.AreEqual(tags[^1], known.Header("ETag"));
                Assert.IsEmpty(known.Body);
            }
        }

        Assert.HasCount(6, tags.Distinct().ToList());
        Assert.IsFalse(tags.Exists(tag => tag.StartsWith("W/", StringComparison.Ordinal)));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_304_varies_as_its_200_does()
    {
        var page = await PostAsync(new string('x', 5_000));

        var reply = await GetAsync(page);
        var known = await GetAsync(page, $"If-None-Match: {reply.Header("ETag")}");

        Assert.AreEqual(304, known.Status);
        CollectionAssert.AreEquivalent(Fields(reply), Fields(known));
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_tag_of_the_text_is_not_that_of_the_JSON()
    {
        var page = await PostAsync("foo");

        var text = await GetAsync(page, "Accept: text/plain");
        var json = await GetAsync(page, "Accept: application/json", $"If-None-Match: {text.Header("ETag")}");
        var any = await GetAsync(page, "If-None-Match: *");

        Assert.AreEqual("foo", text.Text);
        Assert.AreEqual(200, json.Status);
        Assert.AreEqual(304, any.Status);
    }

    [TestMethod, Timeout(60_000)]
    public async Task HEAD_tells_all_but_the_body()
    {
        var page = await PostAsync("foo");

        var get = await GetAsync(page);
        var head = await RawClient.AskAsync(server.Url, RawClient.Request("HEAD", page));
        var missing = await RawClient.AskAsync(server.Url, RawClient.Request("HEAD", page[..^1] + "0"));

        Assert.AreEqual(200, head!.Status);
        string[] names = ["ETag", "Content-Length", "Content-Type", "Repr-Digest", "Cache-Control", "Vary"];
        foreach (var name in names) Assert.AreEqual(get.Header(name), head.Header(name), name);
        Assert.IsEmpty(head.Body);
        Assert.AreEqual(404, missing!.Status);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("text/plain", "text/plain")]
    [DataRow("TEXT/PLAIN;charset=utf-8", "text/plain")]
    [DataRow("*/*", "application/json")]
    [DataRow("text/html, */*;q=0.1", "application/json")]
    [DataRow("text/plain;q=0, application/json", "application/json")]
    [DataRow("application/json;q=0.1, text/plain", "text/plain")]
    [DataRow("text/plain;q=0.1, application/json", "application/json")]
    [DataRow("", "application/json")]
    public async Task The_client_gets_the_type_it_likes_best(string accept, string type)
    {
        var reply = await GetAsync(await PostAsync("foo"), $"Accept: {accept}");

        StringAssert.StartsWith(reply.Header("Content-Type"), type, StringComparison.Ordinal);
    }

    static async Task<string> PostAsync(string text)
    {
        using var reply = await server.Http.PostAsync("/messages", MessagesSpecs.Raw(text));
        return reply.Headers.Location!.ToString();
    }

    static async Task<RawReply> GetAsync(string page, params string[] fields) =>
        (await RawClient.AskAsync(server.Url, RawClient.Request("GET", page, null, fields)))!;

    static string[] Fields(RawReply reply) => (reply.Header("Vary") ?? "").Split(',', StringSplitOptions.TrimEntries);
}
