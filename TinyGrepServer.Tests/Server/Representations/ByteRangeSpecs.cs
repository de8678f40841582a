// Range headers as RFC 9110 writes them (section 14): what is understood, what is ignored, what cannot be satisfied.

using TinyGrepServer.Search;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class ByteRangeSpecs
{
    [TestMethod]
    [DataRow("bytes=0-0", 0L, 1L)]
    [DataRow("bytes=0-9", 0L, 10L)]
    [DataRow("bytes=5-", 5L, 95L)]
    [DataRow("bytes=99-", 99L, 1L)]
    [DataRow("bytes=99-99", 99L, 1L)]
    [DataRow("bytes=90-1000", 90L, 10L)]
    [DataRow("bytes=-1", 99L, 1L)]
    [DataRow("bytes=-100", 0L, 100L)]
    [DataRow("bytes=-1000", 0L, 100L)]
    [DataRow("bytes=0-9223372036854775807", 0L, 100L)]
    [DataRow("bytes=90-99999999999999999999", 90L, 10L)]
    [DataRow("bytes=-99999999999999999999", 0L, 100L)]
    [DataRow("BYTES=1-2", 1L, 2L)]
    [DataRow("bytes= 1-2", 1L, 2L)]
    public void One_range_is_understood(string header, long first, long length) =>
        Assert.AreEqual(new ByteRange(first, length), ByteRange.Parse(header, 100));

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow("bytes")]
    [DataRow("bytes=")]
    [DataRow("bytes=-")]
    [DataRow("bytes=5")]
    [DataRow("bytes=a-b")]
    [DataRow("bytes=1-b")]
    [DataRow("bytes=a-1")]
    [DataRow("bytes=+1-2")]
    [DataRow("bytes=1--2")]
    [DataRow("bytes=--2")]
    [DataRow("bytes=9-5")]
    [DataRow("bytes=0-1,5-6")]
    [DataRow("bytes=0-1,")]
    [DataRow("lines=0-1")]
    [DataRow("items=1-2")]
    public void What_is_no_single_valid_range_of_bytes_is_ignored(string? header) => Assert.IsNull(ByteRange.Parse(header, 100));

    [TestMethod]
    public void The_end_of_nothing_is_nothing_and_sent_as_the_whole() => Assert.IsNull(ByteRange.Parse("bytes=-5", 0));

    [TestMethod]
    [DataRow("bytes=100-", 100L)]
    [DataRow("bytes=100-200", 100L)]
    [DataRow("bytes=9223372036854775807-", 100L)]
    [DataRow("bytes=-0", 100L)]
    [DataRow("bytes=0-", 0L)]
    [DataRow("bytes=0-0", 0L)]
    [DataRow("bytes=99999999999999999999-", 100L)]
    public void A_range_behind_the_end_cannot_be_satisfied(string header, long total)
    {
        var refused = Assert.ThrowsExactly<ApiError>(() => ByteRange.Parse(header, total));

        Assert.AreEqual(416, refused.Status);
        Assert.AreEqual(("Content-Range", $"bytes */{total}"), refused.Headers.Single());
    }
}
