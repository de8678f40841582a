// A window of any text, whatever form its file has.

using System.Buffers;
using System.Text;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class LineReaderSpecs
{
    [TestMethod]
    public void A_reader_disposed_twice_gives_its_buffer_back_once()
    {
        using var file = new TextFile("line\n"u8.ToArray());
        using var handle = File.OpenHandle(file.Path);
        using var text = TextSources.Open(handle, file.Form, keepReturns: false);
        var lines = new LineReader(text);

        lines.Dispose();
        lines.Dispose();

        Assert.AreNotSame(ArrayPool<byte>.Shared.Rent(64 << 10), ArrayPool<byte>.Shared.Rent(64 << 10));
    }

    [TestMethod]
    public void Lines_are_skipped_and_taken_in_every_form()
    {
        var written = string.Concat(Enumerable.Range(1, 30_000).Select(number => $"line {number} é\r\n")) + "last";
        foreach (var bytes in (byte[][])
        [
            Encoding.UTF8.GetBytes(written),
            [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(written)],
            TextFile.Gzip(written),
        ])
        {
            using var file = new TextFile(bytes);
            using var handle = File.OpenHandle(file.Path);
            using var text = TextSources.Open(handle, file.Form, keepReturns: false);
            using var lines = new LineReader(text);

            for (var number = 1; number < 29_999; number++) Assert.IsTrue(lines.SkipLine());

            Assert.AreEqual("line 29999 é", lines.TakeLine(100, out var isCut));
            Assert.IsFalse(isCut);
            Assert.AreEqual("line 30000 ", lines.TakeLine(12, out isCut), "half a character is none");
            Assert.IsTrue(isCut);
            Assert.AreEqual(12, lines.Taken);
            Assert.AreEqual("last", lines.TakeLine(100, out isCut));
            Assert.IsTrue(lines.IsAtEnd);
            Assert.IsFalse(lines.SkipLine());
        }
    }
}
