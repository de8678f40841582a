// What a query string may hold, and the words of the refusal where it holds something else.

using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class QueryParametersSpecs
{
    static readonly Parameter[] Known =
        [new("name", ""), new("tag", "", "string[]"), new("limit", "", "integer"), new("exact", "", "boolean")];

    [TestMethod]
    public void Values_are_found_by_name()
    {
        var query = Read(("limit", "7"), ("name", "a"), ("exact", "on"), ("tag", "x"), ("tag", ""));

        Assert.AreEqual(("a", 7, true), (query.Text("name"), query.Integer("limit"), query.Flag("exact")));
        Assert.AreEqual("x,", string.Join(',', query.All("tag")));
    }

    [TestMethod]
    public void What_was_not_given_is_null()
    {
        var query = Read();

        Assert.IsNull(query.Text("name"));
        Assert.IsNull(query.Integer("limit"));
        Assert.IsNull(query.Integer("limit", 1, 9));
        Assert.IsNull(query.Flag("exact"));
        Assert.IsEmpty(query.All("tag"));
    }

    [TestMethod]
    public void An_unknown_parameter_is_named_with_those_there_are() =>
        AssertRefused("Unknown parameter 'nope'; there are name, tag, limit, exact.", () => Read(("name", "a"), ("nope", "")));

    [TestMethod]
    [DataRow("Name", "Name"), DataRow("", ""), DataRow("a\nb", "a?b")]
    public void Names_are_compared_as_they_are_and_shown_on_one_line(string name, string shown) =>
        AssertRefused($"Unknown parameter '{shown}'; there are name, tag, limit, exact.", () => Read((name, "1")));

    [TestMethod]
    public void A_long_name_is_cut()
    {
        var expected = $"Unknown parameter '{new string('x', 64)}…'; there are name, tag, limit, exact.";

        AssertRefused(expected, () => Read((new string('x', 8_000), "1")));
    }

    [TestMethod]
    public void A_second_value_is_refused_even_where_it_is_the_same() =>
        AssertRefused("The parameter 'limit' is given twice.", () => Read(("limit", "1"), ("tag", "x"), ("limit", "1")));

    [TestMethod]
    [DataRow("true", true), DataRow("1", true), DataRow("on", true), DataRow("false", false), DataRow("0", false), DataRow("off", false)]
    public void A_flag_has_three_spellings_each_way(string text, bool expected) =>
        Assert.AreEqual(expected, Read(("exact", text)).Flag("exact"));

    [TestMethod]
    [DataRow(""), DataRow("True"), DataRow("yes"), DataRow("2")]
    public void Any_other_flag_is_refused(string text) =>
        AssertRefused($"'exact' must be true or false, not '{text}'.", () => Read(("exact", text)).Flag("exact"));

    [TestMethod]
    [DataRow("-5", -5), DataRow("+5", 5), DataRow("2147483647", int.MaxValue)]
    public void An_integer_without_a_range_may_have_a_sign(string text, int expected) =>
        Assert.AreEqual(expected, Read(("limit", text)).Integer("limit"));

    [TestMethod]
    [DataRow(""), DataRow(" 5"), DataRow("1.5"), DataRow("1e3"), DataRow("2147483648"), DataRow("\u0661")]
    public void What_is_no_integer_is_refused(string text) =>
        AssertRefused($"'limit' must be an integer, not '{text}'.", () => Read(("limit", text)).Integer("limit"));

    [TestMethod]
    [DataRow("1", 1), DataRow("9", 9), DataRow("007", 7)]
    public void Both_ends_of_a_range_belong_to_it(string text, int expected) =>
        Assert.AreEqual(expected, Read(("limit", text)).Integer("limit", 1, 9));

    [TestMethod]
    [DataRow("0"), DataRow("10"), DataRow("-1"), DataRow("+5"), DataRow(" 5")]
    [DataRow(""), DataRow("x"), DataRow("99999999999"), DataRow("\u0661")]
    public void What_is_out_of_range_is_refused_with_the_range(string text) =>
        AssertRefused($"'limit' must be an integer in 1..9, not '{text}'.", () => Read(("limit", text)).Integer("limit", 1, 9));

    [TestMethod]
    public void A_range_may_be_open_and_have_a_unit()
    {
        Assert.AreEqual(long.MaxValue, Read(("limit", "9223372036854775807")).Integer("limit", 1L));
        AssertRefused("'limit' must be an integer from 1, not '0'.", () => Read(("limit", "0")).Integer("limit", 1L));
        AssertRefused(
            "'limit' must be an integer of milliseconds in 0..9, not '1s'.",
            () => Read(("limit", "1s")).Integer("limit", 0, 9, unit: "milliseconds"));
    }

    static QueryParameters Read(params IReadOnlyList<(string Name, string Value)> query) => QueryParameters.Read(query, Known);

    static void AssertRefused(string message, Action read)
    {
        var refused = Assert.ThrowsExactly<ApiError>(read);

        Assert.AreEqual((400, message), (refused.Status, refused.Message));
    }
}
