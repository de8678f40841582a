// What the sieve leaves out must hold no match, whatever was added, removed and put in its place meanwhile; and it must leave out
// much, in the memory it may have.

using System.Text;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class SieveSpecs
{
    const int GroupSize = 64;

    /// <summary>So many changes, and blocks left out by each reader, say something; a busy machine takes its time for them.</summary>
    const int Min = 1_000;

    readonly int seed = Knob.Of("TINYGREP_TEST_SEED", Random.Shared.Next());

    public required TestContext TestContext { get; set; }

    [TestInitialize]
    public void PrintSeed() => TestContext.WriteLine($"TINYGREP_TEST_SEED={seed}");

    [TestMethod]
    public void A_block_with_a_match_is_never_left_out()
    {
        var blocks = new SieveBlocks(seed);
        var sieve = new Sieve(64 << 20);
        var texts = Enumerable.Range(0, 400).Select(_ => blocks.Text(blocks.Random.Next(3, 3_000))).ToList();
        var slots = texts.Select(text => sieve.Add(blocks.Table(text))).ToList();
        var folded = texts.ConvertAll(SieveBlocks.Folded);
        var (holding, leftOut) = (0, 0);

        for (var question = 0; question < 100; question++)
        {
            var literals = blocks.Literals(texts[blocks.Random.Next(texts.Count)]);
            var mask = sieve.Ask(literals);
            foreach (var (text, slot) in folded.Zip(slots))
            {
                var holds = SieveBlocks.Holds(literals, text);
                if (holds) holding++;
                if (mask.MayHold(slot)) continue;
                leftOut++;
                Assert.IsFalse(holds, $"slot {slot} of question {question}");
            }
        }

        Assert.AreEqual(slots.Count, slots.Distinct().Count());
        Assert.IsGreaterThan(300, holding);
        Assert.IsGreaterThan(10_000, leftOut);
    }

    [TestMethod]
    public void Three_bytes_are_found_whatever_follows_them_and_where_nothing_does()
    {
        var blocks = new SieveBlocks(seed);
        var sieve = new Sieve(64 << 20);
        List<byte[]> texts = [[.. "a pin"u8], .. Enumerable.Range(0, 256).Select(next => (byte[])[.. "a pin"u8, (byte)next])];
        var slots = texts.ConvertAll(text => sieve.Add(blocks.Table(text)));

        var mask = sieve.Ask(SieveBlocks.Literal("pin"));

        CollectionAssert.AreEqual(slots, slots.FindAll(mask.MayHold));
    }

    [TestMethod]
    public void Most_blocks_without_a_match_are_left_out()
    {
        var blocks = new SieveBlocks(seed);
        var sieve = new Sieve(64 << 20);
        var slots = Enumerable.Range(0, 500).Select(_ => sieve.Add(blocks.Table(blocks.Words(2_000)))).ToList();

        var candidates = Enumerable.Range(0, 20).Sum(_ =>
        {
            var mask = sieve.Ask(new PatternLiterals([[blocks.Words(4)]]));
            return slots.Count(mask.MayHold);
        });

        Assert.IsLessThan(500 * 20 / 50, candidates); // words of five letters: nearly none of them holds the 20 of a question
        Assert.IsLessThan(500 * 1_000 * 5L, sieve.Bytes);
    }

    [TestMethod]
    public void It_takes_no_more_memory_than_it_may()
    {
        const int Max = 1 << 20;
        var blocks = new SieveBlocks(seed);
        var sieve = new Sieve(Max);
        var slots = new List<int>();

        while (slots is not [.., -1]) slots.Add(sieve.Add(blocks.Table(blocks.Words(800))));

        Assert.IsTrue(sieve.IsFull);
        Assert.IsLessThanOrEqualTo(Max, sieve.Bytes);
        Assert.IsGreaterThan(Max * 9L / 10, sieve.Bytes);
        Assert.IsTrue(sieve.Ask(SieveBlocks.Literal("not there")).MayHold(-1));
    }

    [TestMethod]
    public void What_is_removed_gives_its_memory_back_and_makes_room()
    {
        var blocks = new SieveBlocks(seed);
        var sieve = new Sieve(1 << 20);
        var slots = new List<int>();
        while (slots is not [.., -1]) slots.Add(sieve.Add(blocks.Table(blocks.Words(800))));

        sieve.Remove(slots);

        Assert.IsFalse(sieve.IsFull);
        Assert.IsLessThan(32L << 10, sieve.Bytes);
        Assert.AreNotEqual(-1, sieve.Add(blocks.Table(blocks.Words(800))));
    }

    [TestMethod]
    public void Blocks_that_stay_take_little_memory_when_those_around_them_go()
    {
        var blocks = new SieveBlocks(seed);
        var sieve = new Sieve(64 << 20);
        var texts = Enumerable.Range(0, 10 * GroupSize).Select(_ => blocks.Words(500)).ToList();
        var slots = texts.Select(text => sieve.Add(blocks.Table(text))).ToList();
        var before = sieve.Bytes;

        sieve.Remove(slots.Where((_, index) => index % 16 != 0));

        Assert.IsLessThan(before / 6, sieve.Bytes);
        for (var index = 0; index < texts.Count; index += 16)
        {
            Assert.IsTrue(sieve.Ask(new PatternLiterals([[texts[index][100..110]]])).MayHold(slots[index]), $"block {index}");
        }
        var other = sieve.Ask(new PatternLiterals([[blocks.Words(4)]]));
        Assert.IsLessThan(texts.Count / 16 / 4, slots.Where((_, index) => index % 16 == 0).Count(other.MayHold));
    }

    [TestMethod]
    public void A_slot_that_was_given_to_another_block_is_not_judged_by_what_was_there()
    {
        var blocks = new SieveBlocks(seed);
        var sieve = new Sieve(1 << 20);
        var slot = sieve.Add(blocks.Table("nothing of that kind"u8));
        var mask = sieve.Ask(SieveBlocks.Literal("sought"));
        Assert.IsFalse(mask.MayHold(slot));

        sieve.Remove([slot]);
        var again = sieve.Add(blocks.Table("what is sought is here"u8));

        Assert.AreEqual(slot, again);
        Assert.IsTrue(mask.MayHold(again));
        Assert.IsTrue(sieve.Ask(SieveBlocks.Literal("sought")).MayHold(again));
        Assert.IsFalse(sieve.Ask(SieveBlocks.Literal("nothing")).MayHold(again));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Questions_are_answered_rightly_while_blocks_come_and_go()
    {
        var length = TimeSpan.FromSeconds(Knob.Of("TINYGREP_TEST_SECONDS", 1.5));
        string[] words = [.. Enumerable.Range(0, 40).Select(index => $"word-{(char)('a' + (index % 26))}{index * 7919 % 1000:000}")];
        var sieve = new Sieve(1 << 20);
        var shown = new Shown?[150]; // a group or two of each size: slots change hands all the time
        using var stop = new CancellationTokenSource(length);

        var writer = Task.Run(() => ChangeAll(sieve, shown, words, new SieveBlocks(seed), stop.Token));
        var readers = Enumerable.Range(1, 2).Select(reader => new Random(seed + reader))
            .Select(random => Task.Run(() => AskAll(sieve, shown, words, random, stop.Token)));
        var counts = await Task.WhenAll(readers);

        Assert.IsGreaterThan(Min, await writer, "changes");
        Assert.IsGreaterThan(Min, counts.Sum(), "blocks left out");
    }

    static int ChangeAll(Sieve sieve, Shown?[] shown, string[] words, SieveBlocks blocks, CancellationToken stop)
    {
        var changes = 0;
        for (; !stop.IsCancellationRequested || changes <= Min; changes++)
        {
            ref var place = ref shown[blocks.Random.Next(shown.Length)];
            if (place is { } old)
            {
                old.IsWithdrawn = true;
                sieve.Remove([old.Slot]);
            }
            var some = Enumerable.Range(0, blocks.Random.Next(1, 60)).Select(_ => words[blocks.Random.Next(words.Length)]);
            var text = string.Join(' ', some);
            Volatile.Write(ref place, new Shown(text, sieve.Add(blocks.Table(Encoding.ASCII.GetBytes(text)))));
        }
        return changes;
    }

    static long AskAll(Sieve sieve, Shown?[] shown, string[] words, Random random, CancellationToken stop)
    {
        var leftOut = 0L;
        while (!stop.IsCancellationRequested || leftOut <= Min)
        {
            var word = words[random.Next(words.Length)];
            var mask = sieve.Ask(SieveBlocks.Literal(word));
            for (var index = 0; index < shown.Length; index++)
            {
                if (Volatile.Read(ref shown[index]) is not { IsWithdrawn: false } block || mask.MayHold(block.Slot)) continue;
                leftOut++;
                Assert.IsFalse(block.Text.Contains(word, StringComparison.Ordinal), $"{word} in slot {block.Slot}");
            }
        }
        return leftOut;
    }

    /// <summary>A block as a reader sees it.</summary>
    sealed class Shown(string text, int slot)
    {
        volatile bool isWithdrawn;

        public string Text => text;

        public int Slot => slot;

        public bool IsWithdrawn
        {
            get => isWithdrawn;
            set => isWithdrawn = value;
        }
    }
}
