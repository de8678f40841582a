// What of the files has to be searched: all of what is not known, and of the rest the blocks that the sieve lets pass.

using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class CandidatesSpecs
{
    readonly Sieve sieve = new(1 << 20);
    readonly SieveBlocks blocks = new(1);

    [TestMethod]
    public void A_file_whose_blocks_hold_nothing_is_left_out_and_one_without_facts_is_not()
    {
        DictionaryFile[] files = [File("none", "nothing"), File("unknown"), File("one", "what is sought"), File("empty", [])];

        Assert.AreEqual("unknown one", Names(files, "sought"));
    }

    [TestMethod]
    public void Of_a_file_the_blocks_that_may_hold_a_match_are_left_and_neighbours_are_joined()
    {
        DictionaryFile[] files = [File("many", "nothing", "sought", "sought", "nothing", "sought")];

        var candidate = Of(files, "sought").Single();

        CollectionAssert.AreEqual(new[] { new TextRange(100, 200, 1), new TextRange(400, 100, 4) }, candidate.Ranges!.ToArray());
    }

    [TestMethod]
    public void A_file_whose_blocks_all_may_hold_a_match_is_searched_whole()
    {
        DictionaryFile[] files = [File("many", "sought", "sought")];

        Assert.IsNull(Of(files, "sought").Single().Ranges);
    }

    [TestMethod]
    public void Files_before_the_first_are_passed_over_and_indexes_stay_those_of_the_list()
    {
        DictionaryFile[] files = [File("a", "sought"), File("b", "nothing"), File("c", "sought")];

        var candidate = Candidates.Of(files, 1, sieve.Ask(SieveBlocks.Literal("sought")), ignoreCase: false).Single();

        Assert.AreEqual((2, "c"), (candidate.Dictionary, candidate.File.Name));
    }

    [TestMethod]
    public void Without_a_mask_all_files_are_searched()
    {
        DictionaryFile[] files = [File("a", "nothing"), File("b")];

        Assert.HasCount(2, Candidates.Of(files, 0, null, ignoreCase: false));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(1_000)] // enough for a list of slots
    public void A_text_with_letters_that_fold_to_ASCII_is_searched_where_case_is_ignored(int count)
    {
        DictionaryFile[] files = [.. Enumerable.Range(0, count).Select(index => File($"{index}", "nothing"))];
        files[^1].Facts = files[^1].Facts! with { FoldsToAscii = true };
        var mask = sieve.Ask(SieveBlocks.Literal("sought"));

        for (var time = 0; time < 3; time++)
        {
            Assert.AreSame(files[^1], Candidates.Of(files, 0, mask, ignoreCase: true).Single().File);
            Assert.IsEmpty(Candidates.Of(files, 0, mask, ignoreCase: false));
        }
    }

    [TestMethod]
    public void A_file_that_is_no_text_is_searched_where_it_is_asked()
    {
        var file = File("a", []);
        file.Facts = file.Facts! with { Form = TextForm.Binary };

        Assert.HasCount(1, Of([file], "sought"));
    }

    [TestMethod]
    public void Facts_whose_slots_were_given_to_others_say_nothing()
    {
        var file = File("a", "what is sought");
        file.Facts!.IsWithdrawn = true;
        sieve.Remove(file.Facts.Blocks.Select(block => block.Slot));
        File("b", "nothing"); // has its slot now

        Assert.HasCount(1, Of([file], "sought"));
    }

    [TestMethod]
    public void The_slots_listed_side_by_side_say_what_the_facts_say()
    {
        var random = new Random(3);
        string[] texts = ["nothing", "sought", "else"];
        DictionaryFile[] files =
        [
            .. Enumerable.Range(0, 500).Select(index => random.Next(10) == 0
                ? File($"{index}")
                : File($"{index}", [.. Enumerable.Range(0, random.Next(4)).Select(_ => texts[random.Next(texts.Length)])])),
        ];

        var slowly = Told(Of(files, "sought"));

        Assert.AreEqual(slowly, Told(Of(files, "sought"))); // from here on there is a list
        Assert.AreEqual(slowly, Told(Of(files, "sought")));
        Assert.AreNotEqual(slowly, Told(Of(files, "else")));
    }

    [TestMethod]
    public void A_list_of_slots_is_believed_until_one_of_them_is_given_to_another()
    {
        DictionaryFile[] files = [.. Enumerable.Range(0, 500).Select(index => File($"{index}", "what is sought"))];
        Assert.HasCount(500, Of(files, "sought"));
        Assert.HasCount(500, Of(files, "sought"));

        var gone = files[7].Facts!;
        gone.IsWithdrawn = true;
        sieve.EndEpoch();
        sieve.Remove(gone.Blocks.Select(block => block.Slot));
        File("another", "nothing"); // has its slot now

        Assert.HasCount(500, Of(files, "sought"));
        Assert.AreEqual("7", Names(files, "elsewhere"));
    }

    static string Told(IEnumerable<Candidate> candidates) => string.Join(
        '\n', candidates.Select(one => $"{one.Dictionary} {one.File.Name} {string.Join(' ', one.Ranges ?? [])}"));

    string Names(DictionaryFile[] files, string literal) => string.Join(' ', Of(files, literal).Select(candidate => candidate.File.Name));

    List<Candidate> Of(DictionaryFile[] files, string literal) =>
        Candidates.Of(files, 0, sieve.Ask(SieveBlocks.Literal(literal)), ignoreCase: false);

    static DictionaryFile File(string name) => Dictionaries.File(name, $"/{name}");

    /// <summary>A file with a block for each text, of 100 bytes and a line each.</summary>
    DictionaryFile File(string name, params string[] texts)
    {
        var slots = texts.Select(text => sieve.Add(blocks.Table(System.Text.Encoding.ASCII.GetBytes(text))));
        var file = File(name);
        file.Facts = new FileFacts
        {
            Form = TextForm.Plain,
            Length = texts.Length * 100,
            Lines = texts.Length,
            IsAscii = true,
            FoldsToAscii = false,
            HasCarriageReturns = false,
            Blocks = [.. slots.Select((slot, index) => new TextBlock(index * 100, index, slot))],
        };
        return file;
    }
}
