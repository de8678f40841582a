// Many at once: pages under writers, races for titles and versions, a list longer than any page.

using System.Globalization;
using TinyGrepServer.Tests.Search;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Movies;

[TestClass]
public sealed class MovieLoadSpecs
{
    [TestMethod, Timeout(180_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task Pages_show_each_movie_that_stays_once_whatever_others_write(Engine engine)
    {
        await using var catalogue = await Catalogue.StartAsync(engine);
        var lasting = Enumerable.Range(0, 120).Select(number => $"lasting {number:000}").ToList();
        foreach (var title in lasting) await catalogue.AddAsync(title, genre: $"genre {title[^1]}", year: 1900 + title[^2]);
        using var enough = new CancellationTokenSource();
        var written = 0;
        var writers = Enumerable.Range(0, 8).Select(WriteAsync).ToList();
        await Wait.UntilAsync(() => Volatile.Read(ref written) > 16, "the writers write");

        foreach (var query in new[]
        {
            "limit=7",
            "limit=7&sort=title",
            "limit=7&sort=-title",
            "limit=7&sort=genre",
            "limit=7&sort=-release_year,genre",
            "limit=50&title=like.*a*",
        })
        {
            var seen = await catalogue.WalkAsync(query);
            var stayed = seen.Where(title => title.StartsWith("lasting", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
            CollectionAssert.AreEqual(lasting, stayed.ToList(), query);
            CollectionAssert.AllItemsAreUnique(seen, query);
        }
        Assert.IsFalse(writers.Exists(writer => writer.IsCompleted), "the writers wrote to the end");
        await enough.CancelAsync();
        await Task.WhenAll(writers);

        async Task WriteAsync(int writer)
        {
            for (var round = 0; !enough.IsCancellationRequested; round++)
            {
                var title = $"{(round % 2 == 0 ? "a" : "z")} passing {writer} {round}";
                var path = await catalogue.AddAsync(title, genre: $"genre {round % 10}", year: 1900 + (round % 60));
                var gone = await catalogue.SendAsync("DELETE", path, null, ("If-Match", "*"));
                Assert.AreEqual(204, gone.Status, gone.Text);
                Interlocked.Increment(ref written);
            }
        }
    }

    [TestMethod, Timeout(180_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task Of_many_who_want_the_same_title_one_gets_it(Engine engine)
    {
        await using var catalogue = await Catalogue.StartAsync(engine);

        for (var round = 0; round < 10; round++)
        {
            var posted = await Task.WhenAll(Enumerable.Range(0, 32).Select(client =>
                catalogue.SendAsync(
                    "POST",
                    client % 2 == 0 ? Catalogue.Path : "/api",
                    Catalogue.Fields($"wanted {round}", $"client {client}"))));
            Assert.AreEqual(1, posted.Count(answer => answer.Status == 201), string.Join(' ', posted.Select(answer => answer.Status)));
            Assert.AreEqual(31, posted.Count(answer => answer.Status == 409));

            var others = await Task.WhenAll(Enumerable.Range(0, 8).Select(client => catalogue.AddAsync($"other {round} {client}")));
            var renamed = await Task.WhenAll(others.Select(path =>
                catalogue.SendAsync("PATCH", path, new { title = $"fought for {round}" }, ("If-Match", "\"1\""))));
            Assert.AreEqual(1, renamed.Count(answer => answer.Status == 200), string.Join(' ', renamed.Select(answer => answer.Status)));
            Assert.AreEqual(7, renamed.Count(answer => answer.Status == 409));

            var deleted = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ =>
                catalogue.SendAsync("DELETE", "/api", new { title = $"wanted {round}" })));
            Assert.AreEqual(1, deleted.Count(answer => answer.Status == 200), string.Join(' ', deleted.Select(answer => answer.Status)));
            Assert.AreEqual(31, deleted.Count(answer => answer.Status == 404));
        }
        Assert.HasCount(80, await catalogue.WalkAsync("limit=33"));
    }

    [TestMethod, Timeout(180_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task No_change_is_lost_where_many_change_the_same_movie(Engine engine)
    {
        await using var catalogue = await Catalogue.StartAsync(engine);
        var path = await catalogue.AddAsync("counter", genre: "0");

        var lost = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => IncrementAsync(5)));

        var last = await catalogue.GetAsync(path).OkAsync();
        Assert.AreEqual("160", last.Json.GetProperty("genre").GetString());
        Assert.AreEqual("\"161\"", last.Response.Headers.ETag!.Tag);
        Assert.IsGreaterThan(0, lost.Sum(), "nobody ever came second: there was no race");

        async Task<int> IncrementAsync(int times)
        {
            var refused = 0;
            while (times > 0)
            {
                var read = await catalogue.GetAsync(path).OkAsync();
                var next = int.Parse(read.Json.GetProperty("genre").GetString()!, CultureInfo.InvariantCulture) + 1;
                var tag = read.Response.Headers.ETag!.Tag;
                var changed = await catalogue.SendAsync("PATCH", path, new { genre = $"{next}" }, ("If-Match", tag));
                if (changed.Status == 200) times--;
                else
                {
                    Assert.AreEqual(412, changed.Status, changed.Text);
                    refused++;
                }
            }
            return refused;
        }
    }

    [TestMethod, Timeout(180_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task A_list_of_any_length_is_whole(Engine engine)
    {
        await using var catalogue = await Catalogue.StartAsync(engine);
        var titles = Enumerable.Range(0, 2_000).Select(number => $"number {number:0000}").ToList();
        foreach (var some in titles.Take(1_000).Chunk(50)) await Task.WhenAll(some.Select(title => catalogue.AddAsync(title)));
        await CheckAsync(1_000);
        await catalogue.AddAsync(titles[1_000]);
        await CheckAsync(1_001);
        foreach (var some in titles.Skip(1_001).Chunk(50)) await Task.WhenAll(some.Select(title => catalogue.AddAsync(title)));
        await CheckAsync(2_000);
        await catalogue.AddAsync("one more, of another genre", genre: "Comedy");
        await CheckAsync(2_000, "/api/search?genre=Drama");
        await CheckAsync(2_000, "/api/expiredMovies?from=2031-05-17&to=2031-05-17", except: "one more, of another genre");

        async Task CheckAsync(int count, string path = "/api", string? except = null)
        {
            var all = await catalogue.GetAsync(path).OkAsync();
            var found = all.Json.GetProperty("movies").EnumerateArray()
                .Select(Catalogue.Title)
                .Where(title => title != except)
                .Order(StringComparer.Ordinal);
            CollectionAssert.AreEqual(titles.Take(count).ToList(), found.ToList(), $"{path} {count}");
        }
    }
}
