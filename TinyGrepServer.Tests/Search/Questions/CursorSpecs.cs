// A cursor must come back as it went out, fit its own question alone, and be bound to the file it stands in and to nothing else.

using TinyGrepServer.Search;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class CursorSpecs : IDisposable
{
    static readonly SearchQuery Question = new() { Term = "x", Dictionaries = ["a", "b"] };
    static readonly SearchQuery Newest = Question with { Order = SearchOrder.Newest };

    readonly TemporaryFolder folder = new();

    public CursorSpecs()
    {
        folder.Write("a", "x 1\nx 2\n");
        folder.Write("b", string.Concat(Enumerable.Range(1, 50).Select(line => $"x line {line}\n")));
        folder.Write("c", "x 1\n");
    }

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DataRow(0, 1L, 1L)]
    [DataRow(1, 40L, 7L)]
    [DataRow(1, 123_456_789_012L, 2_000_000_000L)]
    [DataRow(0, long.MaxValue, 1L)]
    public void A_cursor_comes_back_as_it_went_out(int dictionary, long line, long seen)
    {
        var cursor = new Cursor(dictionary, line, seen);

        Assert.AreEqual(cursor, Read(CursorText.Of(cursor, Question, Files()), Question));
    }

    [TestMethod]
    public void A_cursor_fits_into_a_query_string_as_it_is()
    {
        folder.Write("ü & \"b\"/ö?.txt", "x\n");

        var text = CursorText.Of(new Cursor(3, 1, 1), Question, Files("a", "b", "c", "ü & \"b\"/ö?.txt"));

        Assert.IsTrue(text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'), text);
    }

    [TestMethod]
    public void The_size_of_the_page_is_no_part_of_the_question()
    {
        var text = TextOf(1);

        Assert.AreEqual(new Cursor(1, 2, 2), Read(text, Question with { Limit = 7, Cursor = text }));
    }

    [TestMethod]
    public void Every_other_part_of_the_question_is()
    {
        var text = TextOf(1);
        SearchQuery[] others =
        [
            Question with { Term = "y" }, Question with { Dictionaries = ["a"] }, Question with { Mode = SearchMode.Perl },
            Question with { IgnoreCase = true }, Question with { Word = true }, Question with { Line = true },
            Question with { Invert = true }, Question with { Before = 1 }, Question with { After = 1 }, Question with { CountOnly = true },
            Question with { MaxPerDictionary = 5 }, Newest,
        ];

        foreach (var other in others) Assert.AreEqual(400, Assert.ThrowsExactly<ApiError>(() => Read(text, other)).Status);
    }

    [TestMethod]
    public void What_happens_to_other_files_and_behind_its_place_is_no_obstacle()
    {
        var text = TextOf(1);

        File.AppendAllText(PathOf("b"), "more\n");
        using (var own = File.OpenWrite(PathOf("b"))) own.SetLength(200); // cut, but behind its second line
        File.AppendAllText(PathOf("b"), "other");
        File.WriteAllText(PathOf("a"), "all new");
        File.Delete(PathOf("c"));
        folder.Write("aa", "x\n");

        Assert.AreEqual(new Cursor(2, 2, 2), Read(text, Question, "a", "aa", "b"));
        Assert.AreEqual(new Cursor(0, 2, 2), Read(text, Question, "b"));
    }

    [TestMethod]
    public void A_last_line_that_has_got_its_end_since_is_no_obstacle()
    {
        File.WriteAllText(PathOf("a"), "x 1\nx 2");
        var text = CursorText.Of(new Cursor(0, 2, 2), Question, Files());

        File.AppendAllText(PathOf("a"), "2\nx 3\n");

        Assert.AreEqual(new Cursor(0, 2, 2), Read(text, Question));
    }

    [TestMethod]
    public void A_file_replaced_shortened_or_rewritten_is_a_conflict()
    {
        Action[] changes =
        [
            () => Replace("b", File.ReadAllText(PathOf("b"))),
            () => File.Delete(PathOf("b")),
            () => File.WriteAllText(PathOf("b"), "x"),
            () => File.WriteAllText(PathOf("b"), ""),
            () => File.WriteAllText(PathOf("b"), File.ReadAllText(PathOf("b")).Replace("line 1\n", "lime 1\n", StringComparison.Ordinal)),
        ];
        var before = File.ReadAllText(PathOf("b"));
        foreach (var change in changes)
        {
            Replace("b", before);
            var text = TextOf(1);

            change();

            var refused = Assert.ThrowsExactly<ApiError>(() => Read(text, Question, File.Exists(PathOf("b")) ? ["a", "b"] : ["a"]));
            Assert.AreEqual(409, refused.Status);
            StringAssert.Contains(refused.Message, "'b'", StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public void A_file_that_grows_keeps_its_place_among_the_newest()
    {
        AgeInOrder("a", "b", "c");
        var text = CursorText.Of(new Cursor(1, 2, 2), Newest, NewestFirstOf("a", "b", "c"));

        File.AppendAllText(PathOf("b"), "more\n"); // it is the newest now
        var (cursor, files) = CursorText.Read(text, Newest, NewestFirstOf("a", "b", "c"));

        Assert.AreEqual((1, "a b c"), (cursor.Dictionary, string.Join(' ', files.Select(file => file.Name))));
        Assert.AreEqual(CursorText.Of(cursor, Newest, files), text, "its next cursor has the same place");
    }

    [TestMethod]
    public void New_files_and_changes_in_those_passed_are_no_obstacle_among_the_newest()
    {
        AgeInOrder("a", "b", "c");
        var text = CursorText.Of(new Cursor(1, 2, 2), Newest, NewestFirstOf("a", "b", "c"));

        File.AppendAllText(PathOf("a"), "more\n");
        folder.Write("d", "x\n");
        var (cursor, files) = CursorText.Read(text, Newest, NewestFirstOf("a", "b", "c", "d"));

        Assert.AreEqual("c", string.Join(' ', files.Skip(cursor.Dictionary + 1).Select(file => file.Name)));
    }

    [TestMethod]
    public void A_file_not_reached_that_moves_before_the_cursor_is_a_conflict()
    {
        AgeInOrder("a", "b", "c");
        var text = CursorText.Of(new Cursor(1, 2, 2), Newest, NewestFirstOf("a", "b", "c"));

        File.AppendAllText(PathOf("c"), "more\n");

        Assert.AreEqual(
            409, Assert.ThrowsExactly<ApiError>(() => CursorText.Read(text, Newest, NewestFirstOf("a", "b", "c"))).Status);
    }

    [TestMethod]
    [DataRow(0L, 1L)]
    [DataRow(-1L, 1L)]
    [DataRow(1L, 0L)]
    [DataRow(1L, -5L)]
    public void A_place_that_cannot_be_is_refused(long line, long seen)
    {
        var text = CursorText.Of(new Cursor(0, line, seen), Question, Files());

        Assert.AreEqual(400, Assert.ThrowsExactly<ApiError>(() => Read(text, Question)).Status);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("=")]
    [DataRow("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [DataRow("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ")]
    [DataRow("ÄAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Other_letters_and_other_lengths_are_refused(string text) =>
        Assert.AreEqual(400, Assert.ThrowsExactly<ApiError>(() => Read(text, Question)).Status);

    string TextOf(int dictionary) => CursorText.Of(new Cursor(dictionary, 2, 2), Question, Files());

    Cursor Read(string text, SearchQuery query, params string[] names) =>
        CursorText.Read(text, query, names.Length == 0 ? Files() : Files(names)).Cursor;

    DictionaryFile[] Files() => Files("a", "b", "c");

    DictionaryFile[] Files(params string[] names) =>
        [.. names.Select(name => Dictionaries.File(name, PathOf(name), FileVersion.OfRegularFile(PathOf(name))!.Value))];

    DictionaryFile[] NewestFirstOf(params string[] names) => NewestFirst.Sorted(Files(names));

    /// <summary>The first one is the newest, but an hour old.</summary>
    void AgeInOrder(params string[] names)
    {
        foreach (var (hours, name) in names.Index()) File.SetLastWriteTimeUtc(PathOf(name), DateTime.UtcNow.AddHours(-1 - hours));
    }

    void Replace(string name, string text) => File.Move(folder.Write("new", text), PathOf(name), overwrite: true);

    string PathOf(string name) => Path.Join(folder.Path, name);
}
