// A path has one slash at its beginning. Another in front of it makes another path, which nobody answers: what a proxy lets
// through by its rules for /internal must not be reached as //internal.

using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class SlashesSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task A_second_slash_is_another_page()
    {
        await using var server = await InProcess.StartAsync();

        foreach (var path in new[] { "/internal/jobs", "/livez", "/metrics", "/schema", "/", "/api/v1/dictionaries" })
        {
            var one = await RawClient.AskAsync(server.Url, RawClient.Request("GET", path));
            var two = await RawClient.AskAsync(server.Url, RawClient.Request("GET", $"/{path}"));
            var three = await RawClient.AskAsync(server.Url, RawClient.Request("GET", $"//{path}"));

            Assert.AreEqual((200, 404, 404), (one!.Status, two!.Status, three!.Status), path);
        }
    }
}
