// A text is what a person sees in an editor. Random texts, in random pieces, come out as the plain decoding of all their bytes
// at once; TINYGREP_TEST_SEED replays a failure, TINYGREP_TEST_TEXTS sets how many are tried.

using System.Text;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class DecodingSpecs
{
    static readonly string[] Pieces =
    [
        "a", "bc", "é", "日本", "😀", "\u0a0a", "\u0d0a", "\u0a0d", "\ufeff", "\r", "\n", "\r\n", "\r\r\n", "\n\r", "\0", " ",
        "\ud83d", "\ude00", "\ude00\ud83d", "x\ud83d\n",
    ];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("", "")]
    [DataRow("\r", "")]
    [DataRow("\n", "\n")]
    [DataRow("\r\n", "\n")]
    [DataRow("a\r\nb\r\n", "a\nb\n")]
    [DataRow("a\r\nb", "a\nb")]
    [DataRow("a\r\nb\r", "a\nb")]
    [DataRow("a\rb\r\r\n\n\r", "a\rb\r\n\n")]
    public void A_return_before_a_newline_or_at_the_end_is_no_part_of_the_text(string written, string seen)
    {
        using var file = new TextFile(Encoding.UTF8.GetBytes(written));

        Assert.AreEqual((seen, null), file.Read());
        Assert.AreEqual((written, null), file.Read(keepReturns: true));
    }

    [TestMethod]
    public void A_byte_order_mark_is_no_part_of_the_first_line()
    {
        using var file = new TextFile([0xef, 0xbb, 0xbf], "first\nsecond\n"u8.ToArray());

        Assert.AreEqual(("first\nsecond\n", null), file.Read());
    }

    [TestMethod]
    public void UTF16_is_decoded_before_lines_are_split()
    {
        foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            using var file = new TextFile(encoding.GetPreamble(), encoding.GetBytes("a\u0a0ab\r\n日本 😀\r\n"));

            Assert.AreEqual(("a\u0a0ab\n日本 😀\n", null), file.Read());
        }
    }

    [TestMethod]
    public void Half_a_pair_and_half_a_character_are_shown_as_such()
    {
        using var file = new TextFile(Encoding.Unicode.GetPreamble(), [0x3d, 0xd8, (byte)'a', 0, 0x00, 0xde, (byte)'b']);

        Assert.AreEqual(("\ufffda\ufffd\ufffd", null), file.Read());
    }

    [TestMethod]
    public void Gzip_may_hold_marks_and_returns_of_its_own()
    {
        using var file = new TextFile(TextFile.Gzip([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("é\r\nb")]));
        Assert.AreEqual(("é\nb", null), file.Read());

        file.Write(TextFile.Gzip([0xef, 0xbb, 0xbf, .. "é\r\n"u8]));
        Assert.AreEqual(("é\n", null), file.Read());

        file.Write(TextFile.Gzip([.. new byte[50_000], .. "first\n"u8]));
        Assert.AreEqual(("first\n", null), file.Read());
    }

    [TestMethod]
    public void A_binary_file_is_read_as_it_is()
    {
        using var file = new TextFile("a\0b\n"u8.ToArray());
        Assert.AreEqual(("a\0b\n", null), file.Read());

        var packed = TextFile.Gzip("a\0b");
        file.Write(packed);
        Assert.AreEqual((Encoding.UTF8.GetString(packed), null), file.Read(keepReturns: true));
    }

    [TestMethod]
    public void A_line_with_a_NUL_in_it_is_a_line()
    {
        var text = string.Concat(Enumerable.Repeat("a line\n", 2_000)) + "a\0b\n";
        using var file = new TextFile(TextFile.Gzip(text));

        Assert.AreEqual((text, null), file.Read());
    }

    [TestMethod]
    public void Random_texts_in_random_pieces_are_what_they_are_at_once()
    {
        var seed = Knob.Of("TINYGREP_TEST_SEED", Environment.TickCount);
        var texts = Knob.Of("TINYGREP_TEST_TEXTS", 300);
        TestContext.WriteLine($"TINYGREP_TEST_SEED={seed} TINYGREP_TEST_TEXTS={texts}");
        using var file = new TextFile();
        for (var number = 0; number < texts; number++)
        {
            var random = new Random(HashCode.Combine(seed, number));
            var (form, written, plain) = RandomFile(random);
            file.Write(written);
            var keepReturns = random.Next(3) == 0;
            var expected = keepReturns ? plain : WithoutReturns(plain);

            using var handle = File.OpenHandle(file.Path);
            using var text = TextSources.Open(handle, form, keepReturns);
            var seen = TextFile.ReadAll(text, random);

            var said = $"seed {seed}, text {number}: {form}, {written.Length} bytes, {text.Problem}";
            Assert.IsNull(text.Problem, said);
            Assert.IsTrue(seen.AsSpan().SequenceEqual(expected), said);

            AssertPart(handle, form, plain, random, said);
        }
    }

    /// <summary>A part is counted in the text with its returns, and may begin and end anywhere.</summary>
    static void AssertPart(Microsoft.Win32.SafeHandles.SafeFileHandle handle, TextForm form, byte[] plain, Random random, string said)
    {
        var from = random.Next(plain.Length + 1);
        var length = random.Next(plain.Length + 10);
        using var part = TextSources.Open(handle, form, keepReturns: true, new TextRange(from, length, 0));
        var expected = plain.AsSpan(from, Math.Min(length, plain.Length - from));

        Assert.IsTrue(TextFile.ReadAll(part, random).AsSpan().SequenceEqual(expected), $"{said}: {length} from {from}");
    }

    static (TextForm Form, byte[] Written, byte[] Plain) RandomFile(Random random)
    {
        var written = new StringBuilder();
        var size = random.Next(8) == 0 ? 100_000 : random.Next(1, 200);
        while (written.Length < size)
        {
            for (int piece = random.Next(Pieces.Length), times = random.Next(10) == 0 ? size / 4 : 1; times > 0; times--)
                written.Append(Pieces[piece]);
        }
        var text = written.ToString();
        var plain = Encoding.UTF8.GetBytes(text);
        byte[] odd = random.Next(4) == 0 ? [(byte)'a'] : [];
        return random.Next(7) switch
        {
            0 => (TextForm.Plain, plain, plain),
            1 => (TextForm.Utf8WithMark, [0xef, 0xbb, 0xbf, .. plain], plain),
            2 => (TextForm.Utf16LittleEndian, Utf16(Encoding.Unicode, text, odd), Decoded(Encoding.Unicode, text, odd)),
            3 => (TextForm.Utf16BigEndian, Utf16(Encoding.BigEndianUnicode, text, odd), Decoded(Encoding.BigEndianUnicode, text, odd)),
            4 => (TextForm.BehindHole, [.. new byte[random.Next(1, 100_000)], (byte)'|', .. plain], [(byte)'|', .. plain]),
            5 => (TextForm.Gzip, Members([.. Harmless, .. plain], random), [.. Harmless, .. plain]),
            _ => (TextForm.Gzip, Members(Utf16(Encoding.Unicode, Fill + text, odd), random), Decoded(Encoding.Unicode, Fill + text, odd)),
        };
    }

    /// <summary>Keeps what follows it out of the head of the text, where it would be a mark or a NUL.</summary>
    static readonly string Fill = new('.', TextForms.SniffedBytes);

    static byte[] Harmless => Encoding.UTF8.GetBytes(Fill);

    static byte[] Utf16(Encoding encoding, string text, byte[] odd) => [.. encoding.GetPreamble(), .. Units(encoding, text), .. odd];

    static byte[] Decoded(Encoding encoding, string text, byte[] odd) =>
        Encoding.UTF8.GetBytes(encoding.GetString([.. Units(encoding, text), .. odd]));

    /// <summary>Encoding.GetBytes would mend half a pair.</summary>
    static IEnumerable<byte> Units(Encoding encoding, string text) =>
        text.SelectMany(unit => encoding == Encoding.Unicode ? new[] { (byte)unit, (byte)(unit >> 8) } : [(byte)(unit >> 8), (byte)unit]);

    static byte[] Members(byte[] plain, Random random)
    {
        var members = new List<byte>();
        for (int from = 0, to; from < plain.Length; from = to)
        {
            to = random.Next(2) == 0 ? plain.Length : random.Next(from + 1, plain.Length + 1);
            members.AddRange(TextFile.Gzip(plain[from..to], (System.IO.Compression.CompressionLevel)random.Next(4)));
        }
        if (random.Next(3) == 0) members.AddRange(new byte[random.Next(1, 20_000)]);
        return [.. members];
    }

    static byte[] WithoutReturns(byte[] text)
    {
        List<byte> seen = [];
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\r' || (at + 1 < text.Length && text[at + 1] != '\n')) seen.Add(text[at]);
        }
        return [.. seen];
    }
}
