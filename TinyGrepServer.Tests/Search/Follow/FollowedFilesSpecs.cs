// Logs that are rotated while somebody looks: what stood under their name when it was looked up may be elsewhere when it is opened.

using TinyGrepServer.Search;

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
        Assert.IsTrue(found.Read(lines, most: 100, end: long.MaxValue, skipsHole: false));
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

    static FileSet Write(TemporaryFolder folder, string text)
    {
        var path = folder.Write("app.log", text);
        return new FileSet(["app.log"], [Dictionaries.File("app.log", path, FileVersion.OfRegularFile(path)!.Value)]);
    }

    static void Rotate(TemporaryFolder folder, int generation) =>
        File.Move(Path.Join(folder.Path, "app.log"), Path.Join(folder.Path, $"app.log.{generation}"));
}
