// How the values of options are written. A value that is almost right must be refused, not read as something else.

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class UnitsSpecs
{
    [TestMethod]
    [DataRow("500ms", 0.5)]
    [DataRow("10s", 10.0)]
    [DataRow("2m", 120.0)]
    [DataRow("1h", 3_600.0)]
    [DataRow("7d", 604_800.0)]
    [DataRow("49d", 4_233_600.0)]
    [DataRow("3", 3.0)]
    [DataRow("0", 0.0)]
    [DataRow("0.25", 0.25)]
    [DataRow("1.5m", 90.0)]
    public void Durations_have_units_and_a_bare_number_is_seconds(string text, double seconds) =>
        Assert.AreEqual(TimeSpan.FromSeconds(seconds), Units.Duration(text));

    [TestMethod]
    [DataRow("")]
    [DataRow("s")]
    [DataRow("-1s")]
    [DataRow("+1s")]
    [DataRow("1 s")]
    [DataRow(" 1s")]
    [DataRow("1S")]
    [DataRow("1,5s")]
    [DataRow("1e3")]
    [DataRow("1s2")]
    [DataRow("1w")]
    [DataRow("50d")]
    [DataRow("99999999999999999999999d")]
    [DataRow("NaN")]
    [DataRow("Infinity")]
    [DataRow("∞s")]
    public void What_is_no_duration_is_refused(string text) => Assert.ThrowsExactly<FormatException>(() => Units.Duration(text));

    [TestMethod]
    [DataRow("0", 0L)]
    [DataRow("1024", 1_024L)]
    [DataRow("10B", 10L)]
    [DataRow("64KiB", 65_536L)]
    [DataRow("1MiB", 1_048_576L)]
    [DataRow("0.5MiB", 524_288L)]
    [DataRow("2GiB", 2_147_483_648L)]
    [DataRow("1TiB", 1_099_511_627_776L)]
    [DataRow("1024TiB", 1L << 50)]
    public void Sizes_have_binary_units_and_a_bare_number_is_bytes(string text, long bytes) => Assert.AreEqual(bytes, Units.Size(text));

    [TestMethod]
    [DataRow("")]
    [DataRow("KiB")]
    [DataRow("-1KiB")]
    [DataRow("1KB")]
    [DataRow("1kib")]
    [DataRow("1 MiB")]
    [DataRow("1M")]
    [DataRow("1025TiB")]
    [DataRow("1e9")]
    [DataRow("99999999999999999999999999999999")]
    public void What_is_no_size_is_refused(string text) => Assert.ThrowsExactly<FormatException>(() => Units.Size(text));

    [TestMethod]
    [DataRow("1")]
    [DataRow("10")]
    [DataRow("05")]
    public void Integers_are_digits_within_their_bounds(string text) => Assert.AreEqual(int.Parse(text, null), Units.Integer(text, 1, 10));

    [TestMethod]
    [DataRow("")]
    [DataRow("0")]
    [DataRow("11")]
    [DataRow("-5")]
    [DataRow("+5")]
    [DataRow(" 5")]
    [DataRow("5 ")]
    [DataRow("5.0")]
    [DataRow("1,000")]
    [DataRow("0x5")]
    [DataRow("٥")]
    [DataRow("4294967301")]
    public void What_is_no_such_integer_is_refused_with_the_bounds(string text)
    {
        var refused = Assert.ThrowsExactly<FormatException>(() => Units.Integer(text, 1, 10));

        Assert.AreEqual("an integer in 1..10", refused.Message);
    }

    [TestMethod]
    [DataRow("true", true)]
    [DataRow("on", true)]
    [DataRow("yes", true)]
    [DataRow("1", true)]
    [DataRow("false", false)]
    [DataRow("off", false)]
    [DataRow("no", false)]
    [DataRow("0", false)]
    public void Flags_have_the_words_people_use(string text, bool expected) => Assert.AreEqual(expected, Units.Flag(text));

    [TestMethod]
    [DataRow("")]
    [DataRow("True")]
    [DataRow("2")]
    [DataRow("y")]
    public void What_is_no_flag_is_refused(string text) => Assert.ThrowsExactly<FormatException>(() => Units.Flag(text));

    [TestMethod]
    public void One_of_several_words_is_taken_in_any_case_and_never_by_its_number()
    {
        Assert.AreEqual(DayOfWeek.Friday, Units.OneOf<DayOfWeek>("friday"));
        Assert.ThrowsExactly<FormatException>(() => Units.OneOf<DayOfWeek>("5"));
        Assert.ThrowsExactly<FormatException>(() => Units.OneOf<DayOfWeek>("friday,monday"));
    }
}
