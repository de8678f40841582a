// One value has one spelling: what we would not have written is not read.

using System.Buffers.Text;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class StrictBase64UrlSpecs
{
    [TestMethod]
    public void What_was_written_comes_back()
    {
        var bytes = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();

        for (var length = 1; length <= bytes.Length; length++)
        {
            var read = StrictBase64Url.Decode(Base64Url.EncodeToString(bytes.AsSpan(..length)));

            CollectionAssert.AreEqual(bytes[..length], read);
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("Y", DisplayName = "no whole byte")]
    [DataRow("YQ=", DisplayName = "half the padding")]
    [DataRow("YQ==", DisplayName = "padding")]
    [DataRow("YQ%%", DisplayName = "padding as a URL might have it")]
    [DataRow(" YQ", DisplayName = "white space before")]
    [DataRow("Y Q", DisplayName = "white space within")]
    [DataRow("YQ\n", DisplayName = "white space behind")]
    [DataRow("YQ+/", DisplayName = "the letters of plain Base64")]
    [DataRow("YQ\0\0", DisplayName = "NUL")]
    [DataRow("YQÿÿ", DisplayName = "beyond ASCII")]
    [DataRow("YR", DisplayName = "stray bits at the end")]
    [DataRow("YWJ", DisplayName = "stray bits at the end of two bytes")]
    public void What_we_would_not_have_written_is_nothing(string text) => Assert.IsNull(StrictBase64Url.Decode(text));
}
