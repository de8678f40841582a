// Post a text, get a permanent link: the same on both databases.

using System.Net;
using System.Net.Http.Json;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Messages;

[TestClass]
public sealed class MessagesSpecs
{
    const string FooDigest = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task A_text_is_kept_under_its_digest_and_comes_back(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(await Databases.OptionsAsync(engine, folder));

        using var first = await server.Http.PostAsJsonAsync("/messages", new { message = "foo" });
        using var again = await server.Http.PostAsJsonAsync("/messages", new { message = "foo" });
        var back = await server.Http.GetStringAsync(first.Headers.Location);

        Assert.AreEqual(HttpStatusCode.Created, first.StatusCode);
        Assert.AreEqual(HttpStatusCode.OK, again.StatusCode);
        Assert.AreEqual($"/messages/{FooDigest}", first.Headers.Location!.ToString());
        Assert.AreEqual($$"""{"digest":"{{FooDigest}}"}""", await first.Content.ReadAsStringAsync());
        Assert.AreEqual("""{"message":"foo"}""", back);
    }
}
