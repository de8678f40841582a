// Between finding a file and opening it another may take its place. What is sent is described by what was opened.

using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class DictionaryFileSpecs
{
    [TestMethod]
    public void A_file_is_what_was_opened_and_not_what_was_found()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", "short");
        using var dictionaries = Dictionaries.In(folder.Path);
        var found = dictionaries.Find("a.txt")!;
        folder.Write("b.txt", "a longer text");
        File.Move(Path.Join(folder.Path, "b.txt"), Path.Join(folder.Path, "a.txt"), overwrite: true);

        using var handle = found.Open();
        var opened = found.As(handle);

        Assert.AreEqual(5, found.Version.Length);
        Assert.AreEqual(13, opened.Version.Length);
        Assert.AreNotEqual(found.Version.Inode, opened.Version.Inode);
    }
}
