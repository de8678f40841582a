// What is held around a match is bounded in bytes, and what had to go is known to be missing.

using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class ContextLinesSpecs
{
    [TestMethod]
    public void The_last_lines_are_given_in_order()
    {
        var lines = Lines(1, 2, 3, 4);

        Assert.AreEqual("3 4", Lengths(lines.Last(2)));
        Assert.AreEqual("1 2 3 4", Lengths(lines.Last(9)), "all there have been");
        Assert.AreEqual("", Lengths(lines.Last(0)));
    }

    [TestMethod]
    public void Only_the_last_are_kept()
    {
        var lines = Lines(1, 2, 3, 4);

        lines.KeepLast(2);

        Assert.AreEqual(7, lines.Bytes);
        Assert.AreEqual("3 4", Lengths(lines.Last(2)));
    }

    [TestMethod]
    public void Lines_that_had_to_go_for_want_of_room_are_missed()
    {
        var large = (int)(ContextLines.MaxBytes / 2);
        var lines = Lines(large, large, 3);

        Assert.IsNull(lines.Last(3));
        Assert.AreEqual($"{large} 3", Lengths(lines.Last(2)));
        Assert.IsLessThanOrEqualTo(ContextLines.MaxBytes, lines.Bytes);
    }

    [TestMethod]
    public void One_line_may_be_longer_than_all_together()
    {
        var longest = (int)ContextLines.MaxBytes + 1;

        Assert.AreEqual($"{longest}", Lengths(Lines(longest).Last(1)));
    }

    static ContextLines Lines(params int[] lengths)
    {
        var lines = new ContextLines();
        foreach (var length in lengths) lines.Add(new byte[length]);
        return lines;
    }

    static string Lengths(byte[][]? lines) => string.Join(' ', lines!.Select(line => line.Length));
}
