// Durations and sizes as people write them, and nothing that only looks like one.

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class UnitsSpecs
{
    [TestMethod]
    [DataRow("0", 0)]
    [DataRow("10", 10_000)]
    [DataRow("500ms", 500)]
    [DataRow("10s", 10_000)]
    [DataRow("2m", 120_000)]
    [DataRow("1h", 3_600_000)]
    [DataRow("7d", 604_800_000)]
    [DataRow("49d", 4_233_600_000)]
    [DataRow("1.5s", 1_500)]
    [DataRow("0.5", 500)]
    [DataRow("0ms", 0)]
    [DataRow("1m", 60_000)]
    [DataRow("007s", 7_000)]
    public void A_duration_is_a_number_and_a_unit_and_a_bare_number_is_seconds(string text, long milliseconds) =>
        Assert.AreEqual(TimeSpan.FromMilliseconds(milliseconds), Units.Duration(text));

    [TestMethod]
    [DataRow("")]
    [DataRow("s")]
    [DataRow("ms")]
    [DataRow("-1")]
    [DataRow("+1")]
    [DataRow("1 s")]
    [DataRow(" 1s")]
    [DataRow("1s ")]
    [DataRow("1S")]
    [DataRow("1min")]
    [DataRow("1us")]
    [DataRow("1e3")]
    [DataRow("0x10")]
    [DataRow("1,000")]
    [DataRow("1,5")]
    [DataRow("1s1s")]
    [DataRow("NaN")]
    [DataRow("NaNs")]
    [DataRow("Infinity")]
    [DataRow("∞")]
    [DataRow("-Infinity")]
    [DataRow("-Infinityms")]
    [DataRow("50d")]
    [DataRow("1177h")]
    [DataRow("99999999999999999999")]
    [DataRow("1.2.3")]
    [DataRow(".")]
    [DataRow("s1")]
    [DataRow("１s")]
    public void What_is_no_duration_is_refused_with_the_expected_form(string text)
    {
        var refused = Assert.ThrowsExactly<FormatException>(() => Units.Duration(text));

        StringAssert.Contains(refused.Message, "a duration up to 49d, such as 500ms", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("0", 0)]
    [DataRow("1", 1)]
    [DataRow("1B", 1)]
    [DataRow("64KiB", 65_536)]
    [DataRow("1MiB", 1_048_576)]
    [DataRow("1.5MiB", 1_572_864)]
    [DataRow("2GiB", 2_147_483_648)]
    [DataRow("1TiB", 1_099_511_627_776)]
    [DataRow("1024TiB", 1L << 50)]
    public void A_size_is_a_number_and_a_power_of_1024_and_a_bare_number_is_bytes(string text, long bytes) =>
        Assert.AreEqual(bytes, Units.Size(text));

    [TestMethod]
    [DataRow("")]
    [DataRow("B")]
    [DataRow("KiB")]
    [DataRow("-1")]
    [DataRow("+1")]
    [DataRow("1KB")]
    [DataRow("1kib")]
    [DataRow("1 KiB")]
    [DataRow("1K")]
    [DataRow("1M")]
    [DataRow("1e3")]
    [DataRow("1025TiB")]
    [DataRow("1PiB")]
    [DataRow("NaN")]
    [DataRow("NaNKiB")]
    [DataRow("Infinity")]
    [DataRow("-Infinity")]
    [DataRow("-InfinityMiB")]
    [DataRow("99999999999999999999")]
    public void What_is_no_size_is_refused_with_the_expected_form(string text)
    {
        var refused = Assert.ThrowsExactly<FormatException>(() => Units.Size(text));

        StringAssert.Contains(refused.Message, "a size, such as 64KiB", StringComparison.Ordinal);
    }

    [TestMethod, DataRow("1", 1), DataRow("5", 5), DataRow("9", 9), DataRow("007", 7)]
    public void An_integer_may_lie_anywhere_in_its_range(string text, int number) => Assert.AreEqual(number, Units.Integer(text, 1, 9));

    [TestMethod]
    [DataRow("")]
    [DataRow("0")]
    [DataRow("10")]
    [DataRow("-1")]
    [DataRow("+1")]
    [DataRow("1.0")]
    [DataRow(" 1")]
    [DataRow("1 ")]
    [DataRow("0x1")]
    [DataRow("one")]
    [DataRow("99999999999")]
    [DataRow("１")]
    public void What_is_no_integer_of_the_range_is_refused_with_the_range(string text)
    {
        var refused = Assert.ThrowsExactly<FormatException>(() => Units.Integer(text, 1, 9));

        Assert.AreEqual("an integer in 1..9", refused.Message);
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
    public void A_switch_is_on_or_off(string text, bool on) => Assert.AreEqual(on, Units.Flag(text));

    [TestMethod, DataRow(""), DataRow("2"), DataRow("True "), DataRow("maybe")]
    public void What_is_neither_on_nor_off_is_refused(string text) =>
        Assert.AreEqual("true or false", Assert.ThrowsExactly<FormatException>(() => Units.Flag(text)).Message);

    [TestMethod]
    public void A_choice_is_taken_by_name_never_by_number()
    {
        Assert.AreEqual(DayOfWeek.Monday, Units.OneOf<DayOfWeek>("monday"));
        var refused = Assert.ThrowsExactly<FormatException>(() => Units.OneOf<DayOfWeek>("1"));
        Assert.AreEqual("one of sunday, monday, tuesday, wednesday, thursday, friday, saturday", refused.Message);
    }
}
