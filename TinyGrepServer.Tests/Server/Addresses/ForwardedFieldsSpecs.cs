// Whose word about a request is taken, how proxies write an address, and which prefix may stand before our paths.

using System.Net;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class ForwardedFieldsSpecs
{
    static readonly IPAddress Proxy = IPAddress.Parse("10.0.0.1");
    static readonly IPAddress Stranger = IPAddress.Parse("192.0.2.99");
    static readonly IReadOnlyList<IPNetwork> Trusted = [IPNetwork.Parse("10.0.0.0/8")];

    [TestMethod]
    [DataRow("203.0.113.7", "203.0.113.7")]
    [DataRow(" 203.0.113.7 ", "203.0.113.7")]
    [DataRow("203.0.113.7:4711", "203.0.113.7")]
    [DataRow("\"203.0.113.7\"", "203.0.113.7")]
    [DataRow("\"203.0.113.7:4711\"", "203.0.113.7")]
    [DataRow("2001:db8::1", "2001:db8::1")]
    [DataRow("[2001:db8::1]", "2001:db8::1")]
    [DataRow("[2001:db8::1]:4711", "2001:db8::1")]
    [DataRow("\"[2001:db8::1]:4711\"", "2001:db8::1")]
    [DataRow("::ffff:203.0.113.7", "203.0.113.7")]
    [DataRow("unknown", null)]
    [DataRow("_hidden", null)]
    [DataRow("", null)]
    [DataRow("\"", null)]
    [DataRow("203.0.113", null)]
    [DataRow("203.0.113.7:", null)]
    [DataRow("203.0.113.7:x", null)]
    [DataRow("for=203.0.113.7", null)]
    [DataRow("2001:db8::1%eth0", null)]
    public void An_address_is_read_with_and_without_port_brackets_and_quotes(string text, string? address) =>
        Assert.AreEqual(address, ForwardedFields.ReadAddress(text)?.ToString());

    [TestMethod]
    [DataRow("203.0.113.7", "203.0.113.7")]
    [DataRow("::ffff:203.0.113.7", "203.0.113.7")]
    [DataRow("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [DataRow("2001:db8:1:2:ffff::", "2001:db8:1:2::")]
    [DataRow("2001:db8:1:3::1", "2001:db8:1:3::")]
    public void One_client_is_an_IPv4_address_or_an_IPv6_network_of_64_bits(string address, string network) =>
        Assert.AreEqual(network, Read(Proxy, ("X-Forwarded-For", address)).Network.ToString());

    [TestMethod]
    [DataRow("/grep", "/grep")]
    [DataRow("/grep/", "/grep")]
    [DataRow("/a/b-c_d.e~f", "/a/b-c_d.e~f")]
    [DataRow("/...", "/...")]
    [DataRow("", "")]
    [DataRow("/", "")]
    [DataRow("grep", "")]
    [DataRow("//evil.example", "")]
    [DataRow("/grep//x", "")]
    [DataRow("/grep//", "")]
    [DataRow("/..", "")]
    [DataRow("/grep/../x", "")]
    [DataRow("/./grep", "")]
    [DataRow("/gr%65p", "")]
    [DataRow("/a b", "")]
    [DataRow("/a?b", "")]
    [DataRow("/a#b", "")]
    [DataRow("/a:b", "")]
    [DataRow("/\\evil.example", "")]
    [DataRow("/\"><script>", "")]
    [DataRow("/grep\n", "")]
    public void A_prefix_is_segments_of_unreserved_characters_or_none(string text, string prefix) =>
        Assert.AreEqual(prefix, ForwardedFields.ReadPrefix(text));

    [TestMethod]
    public void A_trusted_proxy_is_believed()
    {
        var read = Read(
            Proxy,
            ("X-Forwarded-For", "203.0.113.7:4711"),
            ("X-Forwarded-Proto", "HTTPS"),
            ("X-Forwarded-Host", "Grep.example.org:8443"),
            ("X-Forwarded-Prefix", "/grep/"));

        Assert.AreEqual(
            new ForwardedFields(IPAddress.Parse("203.0.113.7"), "https", new Authority("grep.example.org", 8443), "/grep"), read);
    }

    [TestMethod]
    public void Nobody_else_is() => Assert.AreEqual(
        new ForwardedFields(Stranger, null, null, ""),
        Read(
            Stranger,
            ("X-Forwarded-For", "203.0.113.7"),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", "evil.example"),
            ("X-Forwarded-Prefix", "/evil")));

    [TestMethod]
    public void The_last_value_is_the_proxys_own_and_those_before_it_may_be_the_clients()
    {
        var read = Read(
            Proxy,
            ("X-Forwarded-For", "198.51.100.1, 203.0.113.7"),
            ("X-Forwarded-Proto", "http, https"),
            ("X-Forwarded-Host", "evil.example, grep.example.org"),
            ("X-Forwarded-Prefix", "/evil,/grep"));

        Assert.AreEqual(
            new ForwardedFields(IPAddress.Parse("203.0.113.7"), "https", new Authority("grep.example.org", null), "/grep"), read);
    }

    [TestMethod]
    public void What_is_not_of_its_form_counts_as_not_sent() => Assert.AreEqual(
        new ForwardedFields(Proxy, null, null, ""),
        Read(
            Proxy,
            ("X-Forwarded-For", "unknown"),
            ("X-Forwarded-Proto", "javascript"),
            ("X-Forwarded-Host", "localhost:80@evil.example"),
            ("X-Forwarded-Prefix", "//evil.example")));

    static ForwardedFields Read(IPAddress peer, params (string Name, string Value)[] fields)
    {
        var values = fields.ToDictionary(field => field.Name, field => field.Value);
        return ForwardedFields.Read(peer, Trusted, values.GetValueOrDefault);
    }
}
