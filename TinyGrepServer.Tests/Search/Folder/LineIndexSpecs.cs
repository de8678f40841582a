// Counting the lines of a file is work that grows with it: whoever asks while it is done waits for it, and one asker's leaving
// does not end it for the others.

using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class LineIndexSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task Lines_are_counted_once_for_all_who_ask_meanwhile()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", "one\ntwo\nthree\n");
        using var dictionaries = Dictionaries.In(folder.Path);
        var file = dictionaries.Find("a.txt")!; // young: never remembered
        var clock = new FakeTime { Now = DateTimeOffset.UtcNow };
        var indexes = new LineIndexes(clock);

        Task<LineIndex?>[] asked;
        Task<LineIndex?> gone;
        using (clock.Hold()) // a count looks at the clock first
        {
            asked = [.. Enumerable.Range(0, 8).Select(_ => indexes.OfAsync(file, CancellationToken.None))];
            gone = indexes.OfAsync(file, new CancellationToken(canceled: true));
        }
        var answers = await Task.WhenAll(asked);

        Assert.IsTrue(gone.IsCanceled);
        Assert.AreEqual(3, answers[0]!.Total);
        Assert.IsTrue(answers.All(answer => ReferenceEquals(answer, answers[0])));
    }
}
