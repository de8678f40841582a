// The films that come with the program: all valid, none twice, and loaded once however often they are loaded.

using TinyGrepServer.Movies;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Movies;

[TestClass]
public sealed class SeedSpecs
{
    [TestMethod]
    public void The_films_are_many_and_varied_and_no_title_comes_twice()
    {
        var films = SeedVerb.Read();

        Assert.IsGreaterThanOrEqualTo(220, films.Count);
        Assert.HasCount(films.Count, films.Select(film => film.Title).Distinct().ToList());
        Assert.IsGreaterThanOrEqualTo(10, films.Select(film => film.Genre).Distinct().Count());
        Assert.IsGreaterThanOrEqualTo(10, films.Select(film => film.ReleaseYear / 10).Distinct().Count());
        Assert.IsTrue(films.Any(film => film.Title.Any(letter => !char.IsAscii(letter))));
        foreach (var film in films)
        {
            Assert.AreEqual(film.Title.Trim(), film.Title);
            Assert.AreEqual(film.Genre.Trim(), film.Genre);
            Assert.IsInRange(1895, 2025, film.ReleaseYear);
        }
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task Loading_them_twice_adds_them_once(Engine engine)
    {
        using var folder = new TemporaryFolder();
        var options = await Databases.OptionsAsync(engine, folder);
        var count = SeedVerb.Read().Count;

        var first = await TestServer.RunAsync(["seed", .. options]);
        var again = await TestServer.RunAsync(["seed", .. options]);

        Assert.AreEqual((0, $"Added {count} of {count} films; the others exist already.\n", ""), first);
        Assert.AreEqual((0, $"Added 0 of {count} films; the others exist already.\n", ""), again);
    }
}
