// A file's form is told by what is in it, never by its name. What was text before still is, and what was none becomes text only
// where a mark or a hole at the beginning explains the NULs.

using System.Text;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class TextFormsSpecs
{
    const string Hello = "hello\nworld\n";

    static readonly (string What, byte[] Bytes, TextForm Form)[] Files =
    [
        ("nothing", [], TextForm.Plain),
        ("ASCII", "hello"u8.ToArray(), TextForm.Plain),
        ("Latin-1", [0xe9, (byte)'\n'], TextForm.Plain),
        ("a mark cut short", [0xef, 0xbb], TextForm.Plain),
        ("UTF-8 with its mark", [0xef, 0xbb, 0xbf, (byte)'a'], TextForm.Utf8WithMark),
        ("a mark, then a NUL", [0xef, 0xbb, 0xbf, (byte)'a', 0], TextForm.Binary),
        ("UTF-16 LE", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Hello)], TextForm.Utf16LittleEndian),
        ("UTF-16 BE", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Hello)], TextForm.Utf16BigEndian),
        ("UTF-16 with a NUL", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("a\0b")], TextForm.Binary),
        ("UTF-16 without a mark", Encoding.Unicode.GetBytes(Hello), TextForm.Binary),
        ("UTF-16 BE without a mark", Encoding.BigEndianUnicode.GetBytes(Hello), TextForm.Binary),
        ("UTF-32 LE", [.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes(Hello)], TextForm.Binary),
        ("a NUL", "hel\0lo"u8.ToArray(), TextForm.Binary),
        ("NULs alone", new byte[5], TextForm.Binary),
        ("a block of NULs", new byte[TextForms.SniffedBytes], TextForm.Binary),
        ("NULs, then text", [.. new byte[5], .. "hello"u8], TextForm.BehindHole),
        ("many NULs, then text", [.. new byte[3_000_000], .. "hello"u8], TextForm.BehindHole),
        ("NULs, text, a NUL", [.. new byte[100_000], .. "hel\0lo"u8], TextForm.Binary),
        ("gzip", TextFile.Gzip(Hello), TextForm.Gzip),
        ("gzip of nothing", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0], TextForm.Gzip),
        ("gzip of UTF-16", TextFile.Gzip([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Hello)]), TextForm.Gzip),
        ("gzip of NULs, then text", TextFile.Gzip([.. new byte[100_000], .. "hello"u8]), TextForm.Gzip),
        ("gzip of NULs", TextFile.Gzip(new byte[100_000]), TextForm.Binary),
        ("gzip of no text", TextFile.Gzip("a\0b"), TextForm.Binary),
        ("gzip of gzip", TextFile.Gzip(TextFile.Gzip(Hello)), TextForm.Binary),
        ("gzip cut in its header", TextFile.Gzip(Hello)[..7], TextForm.Gzip),
        ("gzip's mark cut short", [0x1f, 0x8b], TextForm.Plain),
    ];

    [TestMethod]
    public void The_form_is_told_by_the_content()
    {
        using var file = new TextFile();
        foreach (var (what, bytes, form) in Files)
        {
            file.Write(bytes);

            Assert.AreEqual(form, file.Form, what);
        }
    }

    [TestMethod]
    public void With_decoding_off_a_NUL_early_on_decides_alone()
    {
        using var file = new TextFile();
        foreach (var (what, bytes, _) in Files)
        {
            file.Write(bytes);
            using var handle = File.OpenHandle(file.Path);

            var expected = bytes.Take(TextForms.SniffedBytes).Contains((byte)0) ? TextForm.Binary : TextForm.Plain;

            Assert.AreEqual(expected, TextForms.Sniff(handle, decode: false), what);
        }
    }

    [TestMethod]
    public void A_NUL_beyond_what_is_looked_at_does_not_count()
    {
        byte[] line = [.. Enumerable.Repeat((byte)'a', TextForms.SniffedBytes)];
        using var file = new TextFile(line, [0]);
        Assert.AreEqual(TextForm.Plain, file.Form);

        file.Write(new byte[70_001], line, [0]);
        Assert.AreEqual(TextForm.BehindHole, file.Form);

        file.Write(TextFile.Gzip([.. line, 0]));
        Assert.AreEqual(TextForm.Gzip, file.Form);
    }

    [TestMethod]
    public void A_log_truncated_under_its_writers_hands_is_text_however_large_the_hole()
    {
        using var file = new TextFile("before\n"u8.ToArray());
        using var writer = new FileStream(file.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        writer.Position = 64L << 30;
        File.WriteAllText(file.Path, ""); // as copytruncate does
        writer.Write("first new line\nerror\n"u8);
        writer.Flush();

        Assert.AreEqual(TextForm.BehindHole, file.Form);
        Assert.AreEqual(("first new line\nerror\n", null), file.Read());
    }

    [TestMethod]
    public void Looking_for_data_leaves_the_descriptor_at_its_beginning()
    {
        using var file = new TextFile(new byte[100_000], "hello"u8.ToArray());
        using var stream = File.OpenRead(file.Path);

        Assert.AreEqual(100_000, NulRun.End(stream.SafeFileHandle, 0));

        Assert.AreEqual(0, Position(stream));
    }

    [TestMethod]
    public void NULs_are_not_read_for_ever()
    {
        using var file = new TextFile(new byte[NulRun.MaxRead], "hello"u8.ToArray());

        Assert.AreEqual(TextForm.Binary, file.Form);
    }

    static long Position(FileStream stream)
    {
        var info = File.ReadAllLines($"/proc/self/fdinfo/{stream.SafeFileHandle.DangerousGetHandle()}");
        return long.Parse(info.Single(line => line.StartsWith("pos:", StringComparison.Ordinal))[4..].Trim());
    }
}
