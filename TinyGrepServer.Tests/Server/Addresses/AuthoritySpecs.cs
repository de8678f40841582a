// Host and port as Host, X-Forwarded-Host and Origin write them: what is one, and all that only looks like one.

using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class AuthoritySpecs
{
    [TestMethod]
    [DataRow("localhost", "localhost", null)]
    [DataRow("LocalHost:8080", "localhost", 8080)]
    [DataRow("grep.example.org:1", "grep.example.org", 1)]
    [DataRow("a_b-c.example:65535", "a_b-c.example", 65535)]
    [DataRow("127.0.0.1:80", "127.0.0.1", 80)]
    [DataRow("[::1]", "[::1]", null)]
    [DataRow("[2001:DB8::1]:443", "[2001:db8::1]", 443)]
    public void A_name_and_perhaps_a_port_are_read(string text, string name, int? port)
    {
        var read = Authority.Parse(text);

        Assert.AreEqual(new Authority(name, port), read);
        Assert.AreEqual(text, $"{read}", ignoreCase: true);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(":80")]
    [DataRow("localhost:")]
    [DataRow("localhost:80@evil.example")]
    [DataRow("localhost:80/x")]
    [DataRow("localhost:80 ")]
    [DataRow("localhost:+80")]
    [DataRow("localhost:-1")]
    [DataRow("localhost:0x50")]
    [DataRow("localhost:٨٠")]
    [DataRow("localhost:100000")]
    [DataRow("localhost:65536")]
    [DataRow("localhost:80:80")]
    [DataRow("a@b")]
    [DataRow("a b")]
    [DataRow("a,b")]
    [DataRow("a/b")]
    [DataRow("a\\b")]
    [DataRow("a?b")]
    [DataRow("a#b")]
    [DataRow("a%2eb")]
    [DataRow("<a>")]
    [DataRow("ä.example")]
    [DataRow("::1")]
    [DataRow("[::1")]
    [DataRow("[::1]80")]
    [DataRow("[::1]:")]
    [DataRow("[::1%25eth0]")]
    [DataRow("[127.0.0.1]")]
    [DataRow("[localhost]")]
    [DataRow("[]")]
    public void Anything_else_is_none(string text) => Assert.IsNull(Authority.Parse(text));

    [TestMethod]
    [DataRow("127.0.0.1", "127.0.0.1")]
    [DataRow("2001:DB8::1", "2001:db8::1")]
    [DataRow("::ffff:192.0.2.1", "192.0.2.1")]
    [DataRow("127.1", null)]
    [DataRow("0x7f.0.0.1", null)]
    [DataRow("010.0.0.1", null)]
    [DataRow("2130706433", null)]
    [DataRow("fe80::1%eth0", null)]
    [DataRow("[::1]", null)]
    [DataRow("::1/64", null)]
    [DataRow("localhost", null)]
    public void An_address_is_one_that_is_written_in_full(string text, string? address) =>
        Assert.AreEqual(address, Authority.ReadAddress(text)?.ToString());

    [TestMethod]
    [DataRow("https://notes.example.org", "https://notes.example.org")]
    [DataRow("HTTPS://Notes.Example.org:443", "https://notes.example.org")]
    [DataRow("http://localhost:80", "http://localhost")]
    [DataRow("http://localhost:443", "http://localhost:443")]
    [DataRow("http://[::1]:3000", "http://[::1]:3000")]
    [DataRow("chrome-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmnop")]
    public void An_origin_is_a_scheme_and_a_host(string text, string origin) =>
        Assert.AreEqual(origin, Origin.Parse(text)?.ToString());

    [TestMethod]
    [DataRow("null")]
    [DataRow("")]
    [DataRow("*")]
    [DataRow("notes.example.org")]
    [DataRow("://notes.example.org")]
    [DataRow("https://")]
    [DataRow("https://notes.example.org/")]
    [DataRow("https://notes.example.org/x")]
    [DataRow("https://ann@notes.example.org")]
    [DataRow("https://*.example.org")]
    [DataRow("https://a.example https://b.example")]
    [DataRow("ht tps://notes.example.org")]
    public void Anything_else_is_the_origin_of_nobody(string text) => Assert.IsNull(Origin.Parse(text));

    [TestMethod]
    [DataRow("https://notes.example.org", true)]
    [DataRow("https://NOTES.example.org:443", true)]
    [DataRow("http://localhost:3000", true)]
    [DataRow("http://notes.example.org", false)]
    [DataRow("https://notes.example.org:444", false)]
    [DataRow("https://notes.example.org.evil.example", false)]
    [DataRow("http://localhost:30000", false)]
    [DataRow("null", false)]
    public void An_origin_is_on_a_list_as_a_whole(string origin, bool isListed)
    {
        Assert.AreEqual(isListed, Origin.IsListed(origin, ["https://notes.example.org", "http://localhost:3000"]));
        Assert.IsTrue(Origin.IsListed(origin, ["*"]));
        Assert.IsFalse(Origin.IsListed(origin, []));
    }
}
