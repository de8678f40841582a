// A cursor must come back as it went out, and fit its own question and files alone.

using TinyGrepServer.Search;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class CursorSpecs
{
    static readonly SearchQuery Question = new() { Term = "x", Dictionaries = ["a", "b"] };
    static readonly FileVersion Version = new(10, 20, 30, 40, 50);
    static readonly DictionaryFile[] Files = [Dictionaries.File("a", "/d/a", Version), Dictionaries.File("b", "/d/b", Version)];

    [TestMethod]
    [DataRow(0, 1L, 1L)]
    [DataRow(1, 1L, 1L)]
    [DataRow(1, 123_456_789_012L, 2_000_000_000L)]
    [DataRow(0, long.MaxValue, 1L)]
    public void A_cursor_comes_back_as_it_went_out(int dictionary, long line, long seen)
    {
        var cursor = new Cursor(dictionary, line, seen);

        Assert.AreEqual(cursor, Cursor.Decode(cursor.Encode(Question, Files), Question, Files));
    }

    [TestMethod]
    public void A_cursor_fits_into_a_query_string_as_it_is()
    {
        var text = new Cursor(1, 2, 3).Encode(Question, Files);

        Assert.IsTrue(text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'), text);
    }

    [TestMethod]
    public void The_size_of_the_page_is_no_part_of_the_question()
    {
        var text = new Cursor(1, 2, 3).Encode(Question, Files);

        Assert.AreEqual(new Cursor(1, 2, 3), Cursor.Decode(text, Question with { Limit = 7, Cursor = text }, Files));
    }

    [TestMethod]
    public void Every_other_part_of_the_question_is()
    {
        var text = new Cursor(1, 2, 3).Encode(Question, Files);
        SearchQuery[] others =
        [
            Question with { Term = "y" }, Question with { Dictionaries = ["a"] }, Question with { Mode = SearchMode.Perl },
            Question with { IgnoreCase = true }, Question with { Word = true }, Question with { Line = true },
            Question with { Invert = true }, Question with { Before = 1 }, Question with { After = 1 }, Question with { CountOnly = true },
        ];

        foreach (var other in others) Assert.AreEqual(400, Assert.ThrowsExactly<ApiError>(() => Cursor.Decode(text, other, Files)).Status);
    }

    [TestMethod]
    public void Any_change_of_a_dictionary_is_a_conflict()
    {
        var text = new Cursor(1, 2, 3).Encode(Question, Files);
        DictionaryFile[][] others =
        [
            [Files[0], Dictionaries.File("b", "/d/b", Version with { Length = 11 })],
            [Files[0], Dictionaries.File("b", "/d/b", Version with { Modified = 21 })],
            [Files[0], Dictionaries.File("b", "/d/b", Version with { Changed = 31 })],
            [Files[0], Dictionaries.File("b", "/d/b", Version with { Inode = 41 })],
            [Files[0], Dictionaries.File("b", "/d/b", Version with { Device = 51 })],
            [Files[0], Dictionaries.File("c", "/d/b", Version)],
            [Files[0]],
        ];

        foreach (var files in others)
            Assert.AreEqual(409, Assert.ThrowsExactly<ApiError>(() => Cursor.Decode(text, Question, files)).Status);
    }

    [TestMethod]
    [DataRow(-1, 1L, 1L)]
    [DataRow(2, 1L, 1L)]
    [DataRow(0, 0L, 1L)]
    [DataRow(0, -1L, 1L)]
    [DataRow(0, 1L, 0L)]
    [DataRow(0, 1L, -5L)]
    [DataRow(0, 1L, long.MaxValue)]
    public void A_place_that_cannot_be_is_refused(int dictionary, long line, long seen)
    {
        var text = new Cursor(dictionary, line, seen).Encode(Question, Files);

        Assert.AreEqual(400, Assert.ThrowsExactly<ApiError>(() => Cursor.Decode(text, Question, Files)).Status);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("=")]
    [DataRow("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [DataRow("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ")]
    [DataRow("ÄAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Other_letters_and_other_lengths_are_refused(string text) =>
        Assert.AreEqual(400, Assert.ThrowsExactly<ApiError>(() => Cursor.Decode(text, Question, Files)).Status);
}
