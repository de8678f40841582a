// The instructions are a page like the others: with their header fields, the policy aside, which allows its one inline style.

using TinyGrepServer.Web;

namespace TinyGrepServer.Tests.Telemetry;

[TestClass]
public sealed class InstructionsHeadersSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task The_instructions_have_the_fields_of_the_other_pages()
    {
        await using var server = await TestServer.StartAsync();

        using var page = await server.Http.GetAsync("/");
        using var instructions = await server.Http.GetAsync("/api/v1/web");

        foreach (var name in (string[])["Cache-Control", "Referrer-Policy", "X-Content-Type-Options"])
        {
            Assert.AreEqual(
                string.Join(',', page.Headers.GetValues(name)),
                string.Join(',', instructions.Headers.TryGetValues(name, out var values) ? values : []),
                name);
        }
        Assert.IsNotNull(instructions.Headers.ETag);
        var policy = instructions.Headers.GetValues("Content-Security-Policy").Single();
        foreach (var rule in PageReply.Policy.Split("; ").Where(rule => rule.EndsWith("'none'", StringComparison.Ordinal)))
            Assert.Contains(rule, policy);
        Assert.Contains("form-action 'none'", policy);
        Assert.DoesNotContain("script-src", policy);
    }
}
