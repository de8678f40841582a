// What is read next, and what has to wait: decided without a file being read.

using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class SieveBacklogSpecs
{
    readonly FakeTime time = new();
    readonly SieveBacklog backlog;

    public SieveBacklogSpecs() => backlog = new SieveBacklog(time);

    [TestMethod]
    public void The_newest_file_comes_first()
    {
        backlog.Plan([File("middle", 20), File("oldest", 30), File("newest", 10)]);

        Assert.AreEqual("newest middle oldest", string.Join(' ', TakeAll().Select(file => file.Name)));
    }

    [TestMethod]
    public void A_file_with_facts_is_not_read()
    {
        backlog.Plan([WithFacts(File("known", 20)), File("unknown", 30)]);

        Assert.AreEqual(1, backlog.Count);
        Assert.AreEqual("unknown", backlog.Next()!.Name);
    }

    [TestMethod]
    public void A_file_that_changed_a_moment_ago_waits_until_two_seconds_after_it()
    {
        var fresh = File("fresh", 0.5);

        backlog.Plan([fresh]);

        Assert.IsNull(backlog.Next());
        Assert.AreEqual(1, backlog.Count);
        Assert.AreEqual(time.Now.AddSeconds(1.5), backlog.NextDue);
        time.Advance(TimeSpan.FromSeconds(1.5));
        backlog.Plan([fresh]);
        Assert.AreSame(fresh, backlog.Next());
    }

    [TestMethod]
    public void A_file_from_the_future_is_read_by_the_time_it_was_put_there()
    {
        var future = Dictionaries.File("future", "/future", File("", 60).Version with { Modified = long.MaxValue });

        backlog.Plan([future]);

        Assert.AreSame(future, backlog.Next());
    }

    [TestMethod]
    public void A_file_that_took_long_rests_twenty_times_as_long_whatever_it_has_become()
    {
        var log = File("log", 60);
        backlog.Plan([log]);
        WithFacts(backlog.Next()!);
        backlog.Finish(log, TimeSpan.FromSeconds(3));

        var grown = Dictionaries.File("log", "/log", log.Version with { Length = 2 });
        backlog.Plan([grown]);

        Assert.IsNull(backlog.Next());
        Assert.AreEqual(time.Now.AddMinutes(1), backlog.NextDue);
        time.Advance(TimeSpan.FromMinutes(1));
        backlog.Plan([grown]);
        Assert.AreSame(grown, backlog.Next());
    }

    [TestMethod]
    public void A_file_that_could_not_be_read_is_tried_again_a_minute_later()
    {
        var file = File("unreadable", 60);
        backlog.Plan([file]);
        backlog.Finish(backlog.Next()!, TimeSpan.Zero);

        backlog.Plan([file]);

        Assert.IsNull(backlog.Next());
        Assert.AreEqual(time.Now.AddMinutes(1), backlog.NextDue);
    }

    [TestMethod]
    public void A_file_that_is_being_read_is_not_read_a_second_time()
    {
        var file = File("a", 60);
        backlog.Plan([file]);
        backlog.Next();

        backlog.Plan([file]);

        Assert.IsFalse(backlog.IsIdle);
        Assert.IsNull(backlog.Next());
    }

    IEnumerable<DictionaryFile> TakeAll()
    {
        while (backlog.Next() is { } file) yield return file;
    }

    DictionaryFile File(string name, double age)
    {
        var changed = (time.Now.AddSeconds(-age) - DateTimeOffset.UnixEpoch).Ticks * 100;
        return Dictionaries.File(name, $"/{name}", new FileVersion(1, changed, changed, (ulong)name.Length, 1));
    }

    static DictionaryFile WithFacts(DictionaryFile file)
    {
        file.Facts = new TextPass(new Sieve(0)).End(TextForm.Plain);
        return file;
    }
}
