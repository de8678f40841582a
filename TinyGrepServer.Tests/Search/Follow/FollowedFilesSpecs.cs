// Logs that are rotated while somebody looks: what stood under their name when it was looked up may be elsewhere when it is opened.

using TinyGrepServer.Search;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class FollowedFilesSpecs
{
    static readonly FolderSnapshot Nothing = new([]);

    [TestMethod]
    public void What_a_newcomer_cannot_open_any_more_it_reads_from_the_beginning_where_the_others_have_it_open()
    {
        using var folder = new TemporaryFolder();
        var first = Write(folder, "one\n");
        using var others = FollowedFiles.FromNow(first, question: 0, seen: 0);
        using var newcomer = FollowedFiles.FromNow(first, question: 0, seen: 0);
        Rotate(folder, 1);
        var second = Write(folder, "two\n");
        others.Refresh(second, () => Nothing, seenAt: 0);
        Rotate(folder, 2);
        Write(folder, "three\n");

        var changed = newcomer.Refresh(second, () => Nothing, seenAt: 0, others);

        var found = changed.Single(file => file.Identity == second.Files[0].Version.Identity);
        Assert.IsTrue(found.IsOpen);
        Assert.AreEqual(0, found.Position);
        using var lines = new NewLines(decodes: false);
        Assert.IsTrue(found.Read(lines, max: 100, end: long.MaxValue, skipsHole: false));
        Assert.AreEqual(1, lines.Count);
    }

    [TestMethod]
    public void What_nobody_could_open_yet_is_read_for_all_at_once_and_not_by_a_newcomer_before()
    {
        using var folder = new TemporaryFolder();
        var first = Write(folder, "one\n");
        using var others = FollowedFiles.FromNow(first, question: 0, seen: 0);
        Rotate(folder, 1);
        var second = Write(folder, "two\n");
        Rotate(folder, 2);
        Write(folder, "three\n");
        others.Refresh(second, () => Nothing, seenAt: 0); // what it would open is another file by now

        var end = others.EndOf(new FollowedFile(second.Files[0].Version.Identity, "app.log.2"));

        Assert.AreEqual(0, end);
    }

    [TestMethod]
    public void A_file_that_was_rotated_away_before_it_could_be_opened_goes_on_where_it_was()
    {
        using var folder = new TemporaryFolder();
        var first = Write(folder, "one\n");
        using var earlier = FollowedFiles.FromNow(first, question: 0, seen: 0);
        var firstRotated = Rotate(folder, 1);
        var second = Write(folder, "two\n");
        var seen = second.Files[0].Version.Born + 1;
        earlier.Refresh(second, () => new FolderSnapshot([firstRotated]), seen);
        earlier.Known.Single(file => file.Identity == second.Files[0].Version.Identity).Pass(4, 1);
        var cursor = FollowCursor.Read(earlier.Cursor(), question: 0);
        var all = new FolderSnapshot([firstRotated, Rotate(folder, 2)]);
        Write(folder, "three\n");

        using var later = FollowedFiles.From(cursor, second, all, question: 0, seen); // its set is from before the rotation

        Assert.AreEqual(4, later.Known.Single(file => file.Identity == second.Files[0].Version.Identity).Position);
    }

    [TestMethod]
    public void A_generation_that_says_it_was_born_before_the_look_is_read_from_its_beginning()
    {
        using var folder = new TemporaryFolder();
        using var earlier = FollowedFiles.FromNow(Write(folder, "one\n"), question: 0, seen: 0);
        var firstRotated = Rotate(folder, 1);
        var second = Write(folder, "two\n");
        var seen = second.Files[0].Version.Born + 1_000_000; // the look was a moment before: the clock of files goes by ticks
        earlier.Refresh(earlier.Set, () => Nothing, seen);
        var cursor = FollowCursor.Read(earlier.Cursor(), question: 0);
        var secondRotated = Rotate(folder, 2);

        using var later = FollowedFiles.From(
            cursor, Write(folder, "three\n"), new FolderSnapshot([firstRotated, secondRotated]), question: 0, seen);

        Assert.AreEqual(0, later.Known.Single(file => file.Identity == second.Files[0].Version.Identity).Position);
    }

    [TestMethod]
    public void A_generation_that_was_renamed_just_when_it_was_to_be_opened_is_read_after_the_next_look()
    {
        using var folder = new TemporaryFolder();
        var first = Write(folder, "one\n");
        using var files = FollowedFiles.FromNow(first, question: 0, seen: 0);
        var firstRotated = Rotate(folder, 1);
        var between = WriteYounger(folder, "two\n", first); // comes and goes between two looks
        var betweenRotated = Rotate(folder, 2);
        var third = WriteYounger(folder, "three\n", between);
        Rename(folder, "app.log.2", "app.log.3");

        files.Refresh(third, () => new FolderSnapshot([firstRotated, betweenRotated]), seenAt: 0);
        var isOpen = files.Known.Any(file => file.Identity == between.Files[0].Version.Identity);
        var renamed = new ListedFile(File(Path.Join(folder.Path, "app.log.3")));
        var found = files.Refresh(third, () => new FolderSnapshot([firstRotated, renamed]), seenAt: 0)
            .Single(file => file.Identity == between.Files[0].Version.Identity);

        Assert.IsFalse(isOpen);
        Assert.IsTrue(found.IsOpen);
        Assert.AreEqual(0, found.Position);
        Assert.IsEmpty(files.TakeNotes());
    }

    [TestMethod]
    public void One_that_is_nowhere_any_more_by_then_is_told_as_lost()
    {
        using var folder = new TemporaryFolder();
        var first = Write(folder, "one\n");
        using var files = FollowedFiles.FromNow(first, question: 0, seen: 0);
        var firstRotated = Rotate(folder, 1);
        var between = WriteYounger(folder, "two\n", first);
        var betweenRotated = Rotate(folder, 2);
        var third = WriteYounger(folder, "three\n", between);
        System.IO.File.Delete(Path.Join(folder.Path, "app.log.2"));

        files.Refresh(third, () => new FolderSnapshot([firstRotated, betweenRotated]), seenAt: 0);
        files.Refresh(third, () => new FolderSnapshot([firstRotated]), seenAt: 0);

        CollectionAssert.AreEqual(new[] { (FollowNote.Gone, "") }, files.TakeNotes().ToArray());
    }

    [TestMethod]
    public void What_a_newcomer_has_open_and_the_others_could_not_open_is_read_for_all()
    {
        using var folder = new TemporaryFolder();
        var first = Write(folder, "one\n");
        using var others = FollowedFiles.FromNow(first, question: 0, seen: 0);
        Rotate(folder, 1);
        var second = Write(folder, "two\n");
        using var newcomer = FollowedFiles.FromNow(second, question: 0, seen: 0);
        Rotate(folder, 2);
        Write(folder, "three\n");
        others.Refresh(second, () => Nothing, seenAt: 0); // what it would open is another file by now

        others.Borrow(newcomer);
        var found = others.Refresh(second, () => Nothing, seenAt: 0)
            .Single(file => file.Identity == second.Files[0].Version.Identity);

        Assert.IsTrue(found.IsOpen);
        Assert.AreEqual(0, found.Position);
    }

    [TestMethod]
    public void What_a_newcomer_and_the_others_cannot_open_is_told_to_the_newcomer_as_lost()
    {
        using var folder = new TemporaryFolder();
        var first = Write(folder, "one\n");
        using var earlier = FollowedFiles.FromNow(first, question: 0, seen: 0);
        var firstRotated = Rotate(folder, 1);
        var second = WriteYounger(folder, "two\n", first);
        using var others = FollowedFiles.FromNow(second, question: 0, seen: 0);
        Rename(folder, "app.log.1", "app.log.2");
        using var newcomer = FollowedFiles.From(
            FollowCursor.Read(earlier.Cursor(), question: 0), second, new FolderSnapshot([firstRotated]), question: 0, seen: 0);

        newcomer.Refresh(second, () => new FolderSnapshot([firstRotated]), seenAt: 0, others);

        CollectionAssert.AreEqual(new[] { (FollowNote.Gone, "") }, newcomer.TakeNotes().ToArray());
    }

    [TestMethod]
    public void A_place_before_the_beginning_is_in_no_cursor_of_ours()
    {
        var cursor = FollowCursor.Write(question: 0, seen: 0, isWhole: true, [(1, new Passed(-5, 0))]);

        Assert.ThrowsExactly<ApiError>(() => FollowCursor.Read(cursor, question: 0));
    }

    static FileSet Write(TemporaryFolder folder, string text) => new(["app.log"], [File(folder.Write("app.log", text))]);

    /// <summary>The same, born after another one: clocks of files tick coarser than logs are made.</summary>
    static FileSet WriteYounger(TemporaryFolder folder, string text, FileSet than)
    {
        while (true)
        {
            var written = Write(folder, text);
            if (written.Files[0].Version.Born > than.Files[0].Version.Born) return written;
            System.IO.File.Delete(Path.Join(folder.Path, "app.log"));
        }
    }

    static void Rename(TemporaryFolder folder, string from, string to) =>
        System.IO.File.Move(Path.Join(folder.Path, from), Path.Join(folder.Path, to));

    /// <summary>The log gets the name of a generation.</summary>
    static ListedFile Rotate(TemporaryFolder folder, int generation)
    {
        var path = Path.Join(folder.Path, $"app.log.{generation}");
        System.IO.File.Move(Path.Join(folder.Path, "app.log"), path);
        return new ListedFile(File(path));
    }

    static DictionaryFile File(string path) => Dictionaries.File(Path.GetFileName(path), path, FileVersion.OfRegularFile(path)!.Value);
}
