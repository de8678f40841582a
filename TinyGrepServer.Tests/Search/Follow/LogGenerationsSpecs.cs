// Which files stood under a log's name before it and have not been seen there.

using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class LogGenerationsSpecs
{
    [TestMethod]
    public void Generations_younger_than_the_one_seen_are_found_also_where_they_are_as_old_as_the_log()
    {
        var log = File("app.log", born: 30);
        FolderSnapshot all = new(
        [
            .. from file in new[]
                {
                    log, File("app.log.1", born: 30), File("app.log.2", born: 20), File("app.log.3", born: 10),
                    File("app.log-new", born: 40), File("other.log.1", born: 20),
                }
                select new ListedFile(file.Name, file),
        ]);

        var between = LogGenerations.Between(born: 10, log, all);

        CollectionAssert.AreEqual(new[] { "app.log.1", "app.log.2" }, between.Select(file => file.Name).ToArray());
    }

    static DictionaryFile File(string name, long born) =>
        Dictionaries.File(name, $"/d/{name}", new FileVersion(Length: 0, Modified: 0, Changed: 0, Inode: 1, Device: 1, born));
}
