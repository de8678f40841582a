// The facts of a text must be the same in whatever parts it comes, and the same as a slow and simple reading finds.

using System.Text;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class TextPassSpecs
{
    readonly int seed = Knob.Of("TINYGREP_TEST_SEED", Random.Shared.Next());

    public required TestContext TestContext { get; set; }

    [TestInitialize]
    public void PrintSeed() => TestContext.WriteLine($"TINYGREP_TEST_SEED={seed}");

    [TestMethod]
    public void The_facts_are_those_of_a_slow_reading_in_whatever_parts_the_text_comes()
    {
        var random = new Random(seed);
        var pass = new TextPass(new Sieve(64 << 20));

        for (var round = 0; round < 200; round++)
        {
            var text = Text(random);
            var facts = Facts(pass, text, () => random.Next(random.Next(2) == 0 ? 8 : 50_000));

            Assert.AreEqual(Slowly(text), Told(facts), $"round {round}");
            AssertBlocks(text, facts, $"round {round}");
        }
    }

    [TestMethod]
    [DataRow("", 0L)]
    [DataRow("\n", 1L)]
    [DataRow("one", 1L)]
    [DataRow("one\n", 1L)]
    [DataRow("one\n\nthree", 3L)]
    public void Lines_are_counted_as_a_person_counts_them(string? text, long lines)
    {
        var facts = Facts(new TextPass(new Sieve(1 << 20)), Encoding.UTF8.GetBytes($"{text}"), () => 1);

        Assert.AreEqual(lines, facts.Lines);
        Assert.HasCount(facts.Length == 0 ? 0 : 1, facts.Blocks);
    }

    [TestMethod]
    [DataRow("İ", true)]
    [DataRow("ı", true)]
    [DataRow("ſ", true)]
    [DataRow("\u212a", true)]
    [DataRow("ä", false)]
    [DataRow("\u212b", false)]
    public void A_character_that_folds_to_an_ASCII_letter_is_seen_across_parts(string character, bool folds)
    {
        for (var size = 1; size <= 5; size++)
        {
            var part = size;

            var facts = Facts(new TextPass(new Sieve(1 << 20)), Encoding.UTF8.GetBytes($"ab{character}cd\n"), () => part);

            Assert.AreEqual(folds, facts.FoldsToAscii);
            Assert.IsFalse(facts.IsAscii);
        }
    }

    [TestMethod]
    [DataRow("a\r\nb\n", true)]
    [DataRow("a\nb\r", true)]
    [DataRow("a\rb\n", false)]
    [DataRow("\r\n", true)]
    public void A_carriage_return_counts_where_a_line_ends(string text, bool has)
    {
        for (var size = 1; size <= 3; size++)
        {
            var part = size;
            Assert.AreEqual(has, Facts(new TextPass(new Sieve(1 << 20)), Encoding.UTF8.GetBytes(text), () => part).HasCarriageReturns);
        }
    }

    [TestMethod]
    public void Of_a_binary_file_that_was_not_read_nothing_is_claimed()
    {
        var pass = new TextPass(new Sieve(1 << 20));
        pass.Start(0);

        var facts = pass.End(TextForm.Binary);

        Assert.AreEqual((false, true, true), (facts.IsAscii, facts.FoldsToAscii, facts.HasCarriageReturns));
    }

    [TestMethod]
    public void A_line_longer_than_a_block_makes_one_block_of_it()
    {
        var text = Encoding.ASCII.GetBytes($"{new string('a', 100_000)}\nshort\n");

        var facts = Facts(new TextPass(new Sieve(1 << 20)), text, () => 1_000);

        Assert.AreEqual(new TextBlock(0, 0, facts.Blocks[0].Slot), facts.Blocks[0]);
        Assert.AreEqual(new TextBlock(100_001, 1, facts.Blocks[1].Slot), facts.Blocks[1]);
    }

    [TestMethod]
    public void A_text_without_room_in_the_sieve_has_one_block_that_may_hold_anything()
    {
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 50_000).Select(line => $"line {line}\n")));

        var facts = Facts(new TextPass(new Sieve(100)), text, () => 10_000);

        CollectionAssert.AreEqual(new[] { new TextBlock(0, 0, -1) }, facts.Blocks);
        Assert.AreEqual(50_000L, facts.Lines);
    }

    [TestMethod]
    public void A_text_that_was_given_up_leaves_nothing_in_the_sieve()
    {
        var sieve = new Sieve(1 << 20);
        var pass = new TextPass(sieve);
        pass.Start(long.MaxValue);
        for (var line = 0; line < 100; line++) pass.Take([.. new SieveBlocks(line).Words(200), (byte)'\n']);
        var before = sieve.Bytes;

        pass.Abandon();

        Assert.IsGreaterThan(3_000, before);
        Assert.IsLessThan(2_000, sieve.Bytes);
        Assert.AreEqual(1L, Facts(pass, "next\n"u8.ToArray(), () => 5).Lines);
    }

    static FileFacts Facts(TextPass pass, byte[] text, Func<int> size)
    {
        pass.Start(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var part = Math.Min(size(), text.Length - at);
            pass.Take(text.AsSpan(at, part));
            at += part;
        }
        return pass.End(TextForm.Plain);
    }

    static void AssertBlocks(byte[] text, FileFacts facts, string message)
    {
        var ends = facts.Blocks.Skip(1).Select(block => block.Offset).Append(text.Length);
        foreach (var (block, end) in facts.Blocks.Zip(ends))
        {
            Assert.IsTrue(block.Offset == 0 || text[block.Offset - 1] == '\n', message);
            Assert.AreEqual(text.AsSpan(0, (int)block.Offset).Count((byte)'\n'), block.LinesBefore, message);
            Assert.IsGreaterThan(block.Offset, end, message);
            var beyond = (int)block.Offset + TextPass.BlockBytes;
            if (end <= beyond) continue;
            Assert.IsFalse(text.AsSpan(beyond - 1, (int)end - beyond).Contains((byte)'\n'), message); // it ends as soon as it may
        }
    }

    static byte[] Text(Random random)
    {
        string[] pieces =
            ["a", "word ", "\n", "\n", "\r\n", "\r", "ä", "İ", "ı", "ſ", "\u212a", "\u2019", "long and longer and longer still "];
        var some = pieces.Where(_ => random.Next(2) == 0).Append("x").ToArray();
        var text = new StringBuilder();
        var length = random.Next(8) == 0 ? random.Next(100_000) : random.Next(300);
        while (text.Length < length) text.Append(some[random.Next(some.Length)]);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static string Told(FileFacts facts) =>
        $"{facts.Length} {facts.Lines} {facts.IsAscii} {facts.FoldsToAscii} {facts.HasCarriageReturns}";

    static string Slowly(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var lines = Encoding.Latin1.GetString(bytes).Split('\n').ToList();
        if (lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
        var returns = text.Contains("\r\n", StringComparison.Ordinal) || text.EndsWith('\r');
        return $"{bytes.Length} {lines.Count} {text.All(char.IsAscii)} "
            + $"{text.AsSpan().ContainsAny("İıſ\u212a")} {returns}";
    }
}
