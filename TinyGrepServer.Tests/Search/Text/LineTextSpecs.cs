// What grep found in a line from Windows is shown without the return that ends it.

using System.Text;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class LineTextSpecs
{
    [TestMethod]
    [DataRow("abc", "0,3", "abc", "0,3")]
    [DataRow("abc\r", "", "abc", "")]
    [DataRow("abc\r", "0,2", "abc", "0,2")]
    [DataRow("abc\r", "0,3", "abc", "0,3")]
    [DataRow("abc\r", "0,1,2,4", "abc", "0,1,2,3")]
    [DataRow("abc\r", "1,2,3,4", "abc", "1,2")]
    [DataRow("abc\r\r", "2,5", "abc\r", "2,4")]
    [DataRow("\r", "0,1", "", "")]
    [DataRow("", "", "", "")]
    public void A_return_at_the_end_is_taken_off_and_what_matched_ends_with_the_line(string line, string found, string seen, string marked)
    {
        var bounds = Numbers(found).AsSpan();

        var text = LineText.WithoutReturn(Encoding.UTF8.GetBytes(line), ref bounds);

        Assert.AreEqual(seen, Encoding.UTF8.GetString(text));
        Assert.AreEqual(marked, string.Join(',', bounds.ToArray()));
    }

    static int[] Numbers(string? text) => string.IsNullOrEmpty(text) ? [] : [.. text.Split(',').Select(int.Parse)];
}
