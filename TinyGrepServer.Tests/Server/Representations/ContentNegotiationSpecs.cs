// Accept and Accept-Encoding, as RFC 9110 writes them (section 12.5): the closest range decides, and a quality of 0 is a no.

using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class ContentNegotiationSpecs
{
    [TestMethod]
    [DataRow(null, "a/json")]
    [DataRow("", "a/json")]
    [DataRow("*/*", "a/json")]
    [DataRow("a/*", "a/json")]
    [DataRow("b/text", "b/text")]
    [DataRow("B/Text", "b/text")]
    [DataRow("b/*", "b/text")]
    [DataRow("b/text;q=0", "a/json")]
    [DataRow("b/text;q=0.000", "a/json")]
    [DataRow("b/text;q=0, */*", "a/json")]
    [DataRow("a/json;q=0, */*", "b/text")]
    [DataRow("b/text;q=0, b/*, a/*;q=0.1", "a/json")]
    [DataRow("b/text;q=0.2, a/json;q=0.1", "b/text")]
    [DataRow("b/text;q=0.1, a/json;q=0.2", "a/json")]
    [DataRow("b/text, a/json", "b/text")]
    [DataRow("a/json, b/text", "a/json")]
    [DataRow("*/*, b/text", "b/text")]
    [DataRow("b/text;charset=utf-8;q=0.5, */*;q=0.1", "b/text")]
    [DataRow("b/text;q=2", "a/json")]
    [DataRow("b/text;q=-1", "a/json")]
    [DataRow("b/text;q=1e0", "a/json")]
    [DataRow("x/y;p=\"b/text, \\\" b/text\"", "a/json")]
    [DataRow("x/y;p=\"unfinished, b/text", "a/json")]
    [DataRow("image/png", "a/json")]
    [DataRow(",;,;q=1,", "a/json")]
    public void The_media_type_is_the_one_liked_best(string? accept, string expected) =>
        Assert.AreEqual(expected, ContentNegotiation.MediaType(accept, "a/json", "b/text"));

    [TestMethod]
    [DataRow(null, null)]
    [DataRow("", null)]
    [DataRow("gzip", "gzip")]
    [DataRow("br, gzip", "br")]
    [DataRow("gzip, br", "br")]
    [DataRow("*", "br")]
    [DataRow("gzip;q=0, *", "br")]
    [DataRow("br;q=0, *", "gzip")]
    [DataRow("br;q=0, gzip;q=0, *", null)]
    [DataRow("*;q=0", null)]
    [DataRow("gzip, *;q=0", "gzip")]
    [DataRow("identity", null)]
    [DataRow("identity, gzip;q=0.9", null)]
    [DataRow("identity;q=0.5, gzip;q=0.9", "gzip")]
    [DataRow("identity;q=0, gzip;q=0.001", "gzip")]
    [DataRow("x-gzip", "gzip")]
    [DataRow("deflate, zstd", null)]
    public void The_coding_is_the_one_liked_best(string? accepted, string? expected) =>
        Assert.AreEqual(expected, ContentCoding.Negotiate(accepted));

    [TestMethod]
    [DataRow(null, false)]
    [DataRow("gzip", false)]
    [DataRow("identity;q=0", true)]
    [DataRow("*;q=0", true)]
    [DataRow("*;q=0, identity", false)]
    [DataRow("*, identity;q=0.0", true)]
    public void A_body_as_it_is_can_be_refused(string? accepted, bool expected) =>
        Assert.AreEqual(expected, ContentCoding.RefusesIdentity(accepted));
}
