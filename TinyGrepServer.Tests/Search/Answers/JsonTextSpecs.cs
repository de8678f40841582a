// A dictionary's bytes become JSON by a writer of our own. What any JSON reader reads back must be what .NET's decoder
// makes of the same bytes, whatever they are.

using System.Text;
using System.Text.Json;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class JsonTextSpecs
{
    [TestMethod]
    public void Every_byte_alone_is_read_back()
    {
        foreach (var value in Enumerable.Range(0, 256)) AssertRoundTrip([(byte)value]);
    }

    [TestMethod]
    public void Every_byte_between_others_is_read_back()
    {
        foreach (var value in Enumerable.Range(0, 256)) AssertRoundTrip([.. "before é"u8, (byte)value, .. "日 after"u8]);
    }

    [TestMethod]
    public void Every_pair_of_bytes_is_read_back()
    {
        foreach (var value in Enumerable.Range(0, 65_536)) AssertRoundTrip([(byte)(value >> 8), (byte)value]);
    }

    [TestMethod]
    public void Random_bytes_are_read_back()
    {
        var random = new Random(1);

        for (var round = 0; round < 2_000; round++)
        {
            var text = new byte[random.Next(200)];
            random.NextBytes(text);
            AssertRoundTrip(text);
        }
    }

    [TestMethod]
    [DataRow("", "\"\"")]
    [DataRow("plain", "\"plain\"")]
    [DataRow("a\"b\\c/d", "\"a\\\"b\\\\c/d\"")]
    [DataRow("\t\r\n\u0001\u001f\u007f", "\"\\t\\r\\n\\u0001\\u001f\u007f\"")]
    [DataRow("<é日😀\u2028>", "\"<é日😀\u2028>\"")]
    public void Only_what_must_be_escaped_is(string text, string expected) =>
        Assert.AreEqual(expected, Encoding.UTF8.GetString(Quoted(Encoding.UTF8.GetBytes(text))));

    [TestMethod]
    public void Text_appended_in_parts_stays_apart()
    {
        using var output = new PooledBuffer();

        JsonText.AppendQuoted(output, "a"u8);
        JsonText.AppendQuoted(output, new byte[100_000]);
        JsonText.Append(output, "c"u8);

        Assert.AreEqual(3 + 2 + 600_000 + 1, output.Length);
    }

    static void AssertRoundTrip(byte[] text) =>
        Assert.AreEqual(Encoding.UTF8.GetString(text), JsonDocument.Parse(Quoted(text)).RootElement.GetString(), Convert.ToHexString(text));

    static byte[] Quoted(byte[] text)
    {
        using var output = new PooledBuffer();
        JsonText.AppendQuoted(output, text);
        return output.Written.ToArray();
    }
}
