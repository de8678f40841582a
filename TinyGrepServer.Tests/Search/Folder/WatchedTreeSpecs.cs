// What is told of a watched folder, taken in at the next question.

using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class WatchedTreeSpecs
{
    [TestMethod]
    public void A_folder_that_is_moved_a_thousand_times_is_listed_once()
    {
        using var folder = new TemporaryFolder();
        string At(string name) => Path.Join(folder.Path, name);
        folder.Write("sub/a.txt", "a needle\n");
        using var tree = Watched(folder);
        for (var round = 0; round < 1_000; round++)
        {
            Directory.Move(At("sub"), At("other"));
            Directory.Move(At("other"), At("sub"));
        }
        folder.Write("sub/b.txt", "another needle\n");

        Assert.IsTrue(tree.Drain(out var count, out var hasChanged));

        Assert.IsTrue(hasChanged);
        Assert.IsGreaterThan(2_000, count);
        CollectionAssert.AreEqual(new[] { "sub/a.txt", "sub/b.txt" }, tree.Flatten().Select(listed => listed.Name).ToArray());
        Assert.IsLessThan(10, tree.File("sub/b.txt")!.Event, "looks that have been needed");
    }

    [TestMethod]
    public void More_than_one_reading_holds_is_taken_in_at_once()
    {
        using var folder = new TemporaryFolder();
        using var tree = Watched(folder);
        for (var number = 0; number < 3_000; number++) folder.Write($"file-{number}.txt", "one line\n");

        Assert.IsTrue(tree.Drain(out _, out var hasChanged));

        Assert.IsTrue(hasChanged);
        Assert.HasCount(3_000, tree.Flatten());
        tree.Drain(out var count, out _);
        Assert.AreEqual(0, count);
    }

    static WatchedTree Watched(TemporaryFolder folder)
    {
        var root = RootFolder.TryOpen(folder.Path)!;
        var finder = new Finder(root, [], new ClosedFiles([]), isWatched: true, decodes: true, TimeProvider.System);
        return WatchedTree.Open(root, finder, before: null, _ => { }, out _)!;
    }
}
