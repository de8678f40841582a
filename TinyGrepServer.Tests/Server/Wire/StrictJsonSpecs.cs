// JSON that is not what was asked for is refused with the key's name and what was expected, not with a parser's words.

using System.Text;
using TinyGrepServer.Search;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class StrictJsonSpecs
{
    [TestMethod]
    public void What_fits_is_read()
    {
        var request = Parse("""{ "action":"search", "term":"naïve \u00e9\n", "nresults":null, "n_before":-3 }""");

        Assert.AreEqual(("search", "naïve é\n", null, -3), (request.Action, request.Term, request.MaxResults, request.Before));
    }

    [TestMethod]
    [DataRow("""{"action":"all","nope":1}""", "'nope'", "action, term, nresults")]
    [DataRow("""{"Action":"all"}""", "'Action'", "action")]
    [DataRow("""{"action":"all","":1}""", "''", "action")]
    [DataRow("""{"action":"all","action":"search"}""", "'action'", "twice")]
    [DataRow("""{"action":"all","\u0061ction":"all"}""", "'action'", "twice")]
    [DataRow("""{"term":"x"}""", "'action'", "missing; expected a string")]
    [DataRow("{}", "'action'", "missing")]
    [DataRow("""{"action":1}""", "'action'", "must be a string of valid Unicode, not the number 1")]
    [DataRow("""{"action":null}""", "'action'", "must be a string of valid Unicode, not null")]
    [DataRow("""{"action":["search"]}""", "'action'", "not a list")]
    [DataRow("""{"action":{"a":1}}""", "'action'", "not an object")]
    [DataRow("""{"action":true}""", "'action'", "not true")]
    [DataRow("""{"action":"search","nresults":"5"}""", "'nresults'", "an integer of 32 bits or null, not this string")]
    [DataRow("""{"action":"search","nresults":1.5}""", "'nresults'", "not the number 1.5")]
    [DataRow("""{"action":"search","nresults":1e3}""", "'nresults'", "the number 1e3")]
    [DataRow("""{"action":"search","nresults":99999999999}""", "'nresults'", "the number 99999999999")]
    [DataRow("""{"action":"search","nresults":false}""", "'nresults'", "not false")]
    [DataRow("""{"action":"search","n_before":[1]}""", "'n_before'", "not a list")]
    public void A_member_that_does_not_fit_is_named_with_what_was_expected(string json, string key, string expected) =>
        AssertRefused(json, key, expected);

    [TestMethod]
    [DataRow("", "The body is empty")]
    [DataRow("  ", "not JSON")]
    [DataRow("[]", "not a list")]
    [DataRow("\"x\"", "not this string")]
    [DataRow("7", "not the number 7")]
    [DataRow("null", "not null")]
    [DataRow("true", "not true")]
    [DataRow("{", "not JSON: line 1, byte 2")]
    [DataRow("{\n\"action\":}", "not JSON: line 2, byte 10")]
    [DataRow("""{"action":"all"} x""", "not JSON")]
    [DataRow("""{"action":"all"}{}""", "not JSON")]
    [DataRow("""{"action":"all",}""", "not JSON")]
    [DataRow("""{action:"all"}""", "not JSON")]
    [DataRow("""{'action':'all'}""", "not JSON")]
    [DataRow("""{"action":"all"/*c*/}""", "not JSON")]
    [DataRow("\uFEFF\uFEFF{}", "not JSON")]
    [DataRow("\uFEFF", "empty")]
    [DataRow("\uFEFF{}", "The key 'action' is missing")] // one mark is passed over
    [DataRow("""{"action":"\ud800"}""", "Unicode")]
    [DataRow("""{"\ud800":1}""", "Unicode")]
    public void A_body_that_is_no_object_says_so(string json, string expected) => AssertRefused(json, expected);

    [TestMethod]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        byte[] latin = [.. "{\"action\":\"caf"u8, 0xE9, .. "\"}"u8];

        var refused = Assert.ThrowsExactly<ApiError>(() => StrictJson.Parse(latin, SearchJson.Default.FirstRequest));

        Assert.AreEqual(400, refused.Status);
    }

    [TestMethod]
    public void Depth_is_bounded() => AssertRefused(string.Concat(Enumerable.Repeat("[", 100_000)), "not JSON");

    [TestMethod]
    public void A_list_member_that_does_not_fit_is_named()
    {
        var refused = Assert.ThrowsExactly<ApiError>(
            () => StrictJson.Parse("""{"q":"x","dictionary":["a",7]}"""u8, SearchJson.Default.SearchRequest));

        StringAssert.Contains(refused.Message, "'dictionary' must be a string or a list of strings", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_long_or_wild_key_is_shortened_and_cleaned()
    {
        var refused = Assert.ThrowsExactly<ApiError>(() => Parse($$"""{"\u001b[31m{{new string('k', 5_000)}}":1}"""));

        Assert.IsFalse(refused.Message.Any(char.IsControl));
        Assert.IsLessThan(400, refused.Message.Length);
    }

    static FirstRequest Parse(string json) => StrictJson.Parse(Encoding.UTF8.GetBytes(json), SearchJson.Default.FirstRequest);

    static void AssertRefused(string json, params string[] named)
    {
        var refused = Assert.ThrowsExactly<ApiError>(() => Parse(json));

        Assert.AreEqual(400, refused.Status);
        foreach (var word in named) StringAssert.Contains(refused.Message, word, StringComparison.Ordinal);
        Assert.IsFalse(refused.Message.Contains("System.", StringComparison.Ordinal));
    }
}
