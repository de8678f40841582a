// Four small functions that see untrusted text first: percent-decoding, excerpts for messages, the host check, and lists
// of entity tags. Each refuses what it cannot read exactly.

using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class PercentEncodingSpecs
{
    [TestMethod]
    [DataRow("plain", "plain")]
    [DataRow("", "")]
    [DataRow("a%20b", "a b")]
    [DataRow("%41%6a%6A", "Ajj")]
    [DataRow("caf%C3%A9", "café")]
    [DataRow("caf%c3%a9", "café")]
    [DataRow("%F0%9F%99%82", "🙂")]
    [DataRow("%00", "\0")]
    [DataRow("%2F%2e%2E", "/..")]
    [DataRow("%25", "%")]
    [DataRow("%2525", "%25")]
    [DataRow("caf\u00C3\u00A9", "café")]
    public void Escapes_are_read_as_utf8(string text, string decoded) =>
        Assert.AreEqual(decoded, PercentEncoding.Decode(text, plusIsSpace: false));

    [TestMethod]
    public void A_plus_is_a_space_in_a_query_only()
    {
        Assert.AreEqual("a b+c", PercentEncoding.Decode("a+b%2Bc", plusIsSpace: true));
        Assert.AreEqual("a+b+c", PercentEncoding.Decode("a+b%2Bc", plusIsSpace: false));
    }

    [TestMethod]
    [DataRow("%")]
    [DataRow("%4")]
    [DataRow("a%")]
    [DataRow("%zz")]
    [DataRow("%4g")]
    [DataRow("%%41")]
    [DataRow("%u0041")]
    [DataRow("%+1")]
    [DataRow("% 1")]
    [DataRow("%FF")]
    [DataRow("%C3")]
    [DataRow("%C3%28")]
    [DataRow("%ED%A0%80")]
    [DataRow("%C0%AF")]
    [DataRow("%F5%80%80%80")]
    [DataRow("\u00E9")]
    [DataRow("snow\u2603")]
    public void What_cannot_be_read_exactly_is_refused(string text)
    {
        Assert.AreEqual(400, Assert.ThrowsExactly<ApiError>(() => PercentEncoding.Decode(text, plusIsSpace: false)).Status);
        Assert.AreEqual(400, Assert.ThrowsExactly<ApiError>(() => PercentEncoding.Decode(text, plusIsSpace: true)).Status);
    }
}

[TestClass]
public sealed class PrintableSpecs
{
    [TestMethod]
    [DataRow("plain", 10, "plain")]
    [DataRow("plain", 5, "plain")]
    [DataRow("plain", 4, "plai…")]
    [DataRow("", 5, "")]
    [DataRow("a\nb\r\tc\0d", 20, "a?b??c?d")]
    [DataRow("\u001b[31m", 20, "?[31m")]
    [DataRow("\u0085\u009b", 20, "??")]
    [DataRow("naïve 🙂", 20, "naïve 🙂")]
    [DataRow("🙂🙂🙂", 4, "🙂🙂…")]
    [DataRow("🙂🙂🙂", 3, "🙂🙂…")]
    public void An_excerpt_is_short_and_has_no_control_characters(string text, int max, string excerpt) =>
        Assert.AreEqual(excerpt, Printable.Excerpt(text, max));

    [TestMethod]
    public void A_lone_surrogate_is_shown_as_a_question_mark() => Assert.AreEqual("a?b", Printable.Excerpt("a\ud800b", 10));
}

[TestClass]
public sealed class HostCheckSpecs
{
    static readonly ServerSettings Options = new()
    {
        Host = "0.0.0.0",
        AllowedHosts = ["grep.example"],
        PublicUrl = new Uri("https://public.example/x"),
    };

    [TestMethod]
    [DataRow("localhost")]
    [DataRow("LOCALHOST:8080")]
    [DataRow("127.0.0.1:8080")]
    [DataRow("192.0.2.7")]
    [DataRow("[::1]:8080")]
    [DataRow("[::1]")]
    [DataRow("grep.example")]
    [DataRow("Grep.Example:80")]
    [DataRow("public.example")]
    public void Ours_are_loopback_addresses_and_the_named_ones(string host) => Assert.IsTrue(HostCheck.IsOurs(host, Options));

    [TestMethod]
    [DataRow("")]
    [DataRow("evil.example")]
    [DataRow("localhost.evil.example")]
    [DataRow("xgrep.example")]
    [DataRow("grep.example.evil.example")]
    [DataRow("127.0.0.1.evil.example")]
    [DataRow("evil.example:127.0.0.1")]
    [DataRow(":80")]
    [DataRow("localhost@evil.example")]
    [DataRow("127.0.0.1/evil")]
    [DataRow("local host")]
    [DataRow("evil.example#localhost")]
    [DataRow("localhost.")]
    [DataRow("*")]
    [DataRow("+")]
    public void Every_other_name_is_foreign(string host) => Assert.IsFalse(HostCheck.IsOurs(host, Options));

    [TestMethod, Timeout(60_000)]
    public async Task A_foreign_host_gets_421_and_nothing_of_it_in_a_link()
    {
        await using var server = await TestServer.StartAsync("--host", "0.0.0.0", "--allowed-hosts", "grep.example");

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/search?q=x") { Headers = { Host = "evil.example" } };
        using var foreign = await server.Http.SendAsync(request);
        using var known = new HttpRequestMessage(HttpMethod.Get, "/nope") { Headers = { Host = "grep.example" } };
        using var missing = await server.Http.SendAsync(known);

        var body = await foreign.Content.ReadAsStringAsync();
        Assert.AreEqual(421, (int)foreign.StatusCode);
        Assert.IsFalse(body.Contains("http://evil.example", StringComparison.Ordinal), body);
        StringAssert.Contains(
            await missing.Content.ReadAsStringAsync(), "Instructions: http://grep.example/api/v1/web", StringComparison.Ordinal);
    }
}

[TestClass]
public sealed class EntityTagsSpecs
{
    [TestMethod]
    [DataRow("\"a\"", "\"a\"")]
    [DataRow("W/\"a\"", "\"a\"")]
    [DataRow("\"x\", \"a\"", "\"a\"")]
    [DataRow("\"x\",W/\"a\",\"y\"", "\"a\"")]
    [DataRow("*", "\"a\"")]
    [DataRow(" * ", "\"a\"")]
    [DataRow("\"b\"", "\"b\"")]
    public void A_listed_tag_is_found_weak_or_strong(string list, string found) =>
        Assert.AreEqual(found, EntityTags.Find(list, weakly: true, "\"a\"", "\"b\""));

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow("a")]
    [DataRow("\"A\"")]
    [DataRow("\"a")]
    [DataRow("\"x\"")]
    [DataRow("w/\"a\"")]
    [DataRow("\"a\"b")]
    [DataRow(",")]
    [DataRow("\"*\"")]
    public void What_is_not_listed_is_not_found(string? list) => Assert.IsNull(EntityTags.Find(list, weakly: true, "\"a\"", "\"b\""));

    [TestMethod]
    public void A_comma_inside_a_tag_parts_nothing() => Assert.IsNull(EntityTags.Find("\"x,\"a\",y\"", weakly: true, "\"z\""));

    [TestMethod]
    [DataRow("\"a\"", true), DataRow("W/\"a\"", false), DataRow("W/\"a\", \"a\"", true), DataRow("*", true)]
    public void Compared_strongly_a_weak_tag_is_no_match(string list, bool isFound) =>
        Assert.AreEqual(isFound, EntityTags.Find(list, weakly: false, "\"a\"") is not null);
}
