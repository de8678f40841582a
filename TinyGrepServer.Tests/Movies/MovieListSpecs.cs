// Questions for lists of movies: every operator on every column, hostile values, order, pages; the same on both databases.

using TinyGrepServer.Tests.Search;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Movies;

[TestClass]
public sealed class MovieListSpecs
{
    static readonly (string Title, string Genre, string Expires, int Year)[] Films =
    [
        ("Alien", "Horror", "2031-05-17", 1979),
        ("Aliens", "Action", "2031-05-18", 1986),
        ("Brazil", "Science Fiction", "2030-01-01", 1985),
        ("Ödipussi", "Comedy", "2029-12-31", 1988),
        ("七人の侍", "Adventure", "2040-02-29", 1954),
        ("100% Wolf", "a,b", "2030-06-01", 2020),
        ("100 Wolf", "a", "2030-06-01", 2020),
        ("snake_case", "b", "2030-06-01", 2001),
        ("snakeXcase", "b", "2030-06-01", 2001),
        ("back\\slash", "quote\"d", "2030-06-01", 2002),
        ("It's \"quoted\"", "a*b", "2030-06-01", 2003),
        ("'; DROP TABLE movies;--", "(a,b)", "2030-06-01", 2004),
        ("😀 emoji", "c", "2030-06-01", 1870),
        ("～ wide", "c", "2030-06-01", 2200),
    ];

    static readonly Dictionary<Engine, Catalogue> Filled = [];

    [ClassCleanup]
    public static async Task StopAsync()
    {
        foreach (var catalogue in Filled.Values) await catalogue.DisposeAsync();
    }

    [TestMethod, Timeout(180_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task Every_operator_works_on_every_column(Engine engine)
    {
        var catalogue = await FilledAsync(engine);

        foreach (var column in new[] { "title", "genre", "expiry_date", "release_year" })
        {
            foreach (var pivot in Films)
            {
                var value = Text(pivot, column);
                foreach (var (name, holds) in Operators)
                {
                    var expected = Films
                        .Where(film => holds(Compare(film, pivot, column)))
                        .Select(film => film.Title)
                        .Order(StringComparer.Ordinal);
                    var found = await catalogue.TitlesAsync($"{column}={name}.{Uri.EscapeDataString(value)}");
                    CollectionAssert.AreEqual(
                        expected.ToArray(), found.Order(StringComparer.Ordinal).ToArray(), $"{column} {name} {value}");
                }
            }
        }
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task Only_the_star_is_a_wildcard_and_letters_keep_their_case(Engine engine)
    {
        var catalogue = await FilledAsync(engine);

        foreach (var (pattern, expected) in new[]
        {
            ("Alien", "Alien"),
            ("Alien*", "Alien|Aliens"),
            ("*lien*", "Alien|Aliens"),
            ("alien*", ""),
            ("A*n", "Alien"),
            ("ö*", ""),
            ("Ö*", "Ödipussi"),
            ("100%*", "100% Wolf"),
            ("100*", "100 Wolf|100% Wolf"),
            ("%", ""),
            ("_lien", ""),
            ("snake_case", "snake_case"),
            ("back\\*", "back\\slash"),
            ("back\\\\slash", ""),
            ("*\\", ""),
            ("*'*", "'; DROP TABLE movies;--|It's \"quoted\""),
            ("*\"*", "It's \"quoted\""),
            ("七*", "七人の侍"),
            ("😀*", "😀 emoji"),
            ("**A**n**", "Alien|Aliens"),
            ("**A**n", "Alien"),
        })
        {
            var found = await catalogue.TitlesAsync($"title=like.{Uri.EscapeDataString(pattern)}");
            Assert.AreEqual(expected, string.Join('|', found.Order(StringComparer.Ordinal)), pattern);
        }
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task A_list_of_values_may_hold_commas_in_double_quotes(Engine engine)
    {
        var catalogue = await FilledAsync(engine);

        foreach (var (query, expected) in new[]
        {
            ("genre=in.(a,b)", "100 Wolf|snakeXcase|snake_case"),
            ("genre=in.(\"a,b\",c)", "100% Wolf|😀 emoji|～ wide"),
            ("genre=in.(\"quote\\\"d\")", "back\\slash"),
            ("genre=in.(\"(a,b)\")", "'; DROP TABLE movies;--"),
            ("genre=in.(a*b)", "It's \"quoted\""),
            ("title=in.(back\\slash)", "back\\slash"),
            ("release_year=in.(1979,1985)", "Alien|Brazil"),
            ("expiry_date=in.(2031-05-17)", "Alien"),
            ("title=like.A*&title=neq.Aliens&release_year=lt.1990", "Alien"),
        })
        {
            var found = await catalogue.TitlesAsync(Escape(query));
            Assert.AreEqual(expected, string.Join('|', found.Order(StringComparer.Ordinal)), query);
        }
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task Pages_follow_any_order_and_show_each_movie_once(Engine engine)
    {
        var catalogue = await FilledAsync(engine);

        foreach (var sort in new[]
        {
            "title", "-title", "genre,-title", "-release_year,title", "expiry_date,-release_year,title",
            "-expiry_date,-genre,-release_year,-title",
        })
        {
            var keys = sort.Split(',').ToList();
            var order = Comparer<(string Title, string, string, int)>.Create((one, other) => keys
                .Select(key => key[0] == '-' ? -Compare(one, other, key[1..]) : Compare(one, other, key))
                .FirstOrDefault(sign => sign != 0));
            var expected = Films.Order(order).Select(film => film.Title);
            foreach (var limit in new[] { 1, 3, 14, 1_000 })
            {
                var walked = await catalogue.WalkAsync($"sort={sort}&limit={limit}");
                CollectionAssert.AreEqual(expected.ToArray(), walked, $"{sort} by {limit}");
            }
        }
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task A_cursor_serves_its_own_question_alone(Engine engine)
    {
        var catalogue = await FilledAsync(engine);

        foreach (var (question, other) in new[]
        {
            ("sort=title", "sort=-title"),
            ("sort=title", ""),
            ("release_year=gt.1900", "release_year=gt.1901"),
            ("release_year=gt.1900", "release_year=gte.1900"),
            ("genre=in.(\"a,b\",a,b)", "genre=in.(a,b,a,b)"),
            ("genre=in.(\"a,b\",a,b)", "genre=in.(a,\"b,a\",b)"),
            ("title=neq.a&genre=neq.x", "title=neq.a%26genre%3Dneq.x"),
            ("title=neq.a%26genre%3Dneq.x", "title=neq.a&genre=neq.x"),
        })
        {
            var first = await catalogue.GetAsync(Catalogue.Path + Escape($"?limit=1&{question}")).OkAsync();
            var cursor = first.Json.GetProperty("next").GetString();
            await catalogue.GetAsync(Catalogue.Path + Escape($"?limit=2&{question}&cursor={cursor}")).OkAsync();
            var refused = await catalogue.GetAsync(Catalogue.Path + Escape($"?limit=1&{other}&cursor={cursor}"));
            Assert.AreEqual(400, refused.Status, $"{question} -> {other}: {refused.Text}");
            for (var at = 0; at < cursor!.Length; at += 7)
            {
                foreach (var broken in new[] { cursor[..at], cursor[..at] + "!" + cursor[(at + 1)..], cursor[..at] + "%00" + cursor[at..] })
                {
                    var damaged = await catalogue.GetAsync(Catalogue.Path + Escape($"?limit=1&{question}&cursor={broken}"));
                    Assert.AreEqual(400, damaged.Status, broken);
                }
            }
        }
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task A_question_that_makes_no_sense_is_refused(Engine engine)
    {
        var catalogue = await FilledAsync(engine);

        foreach (var query in new[]
        {
            "title=Alien",
            "title=",
            "title=eq",
            "title=eq.",
            "title=EQ.a",
            "title=like.",
            "title=is.null",
            "title=in.a",
            "title=in.(a",
            "title=in.()",
            "title=in.(a,)",
            "title=in.(\"a)",
            "title=eq.%00",
            "title=like.%00*",
            "title=eq.%ff",
            "title=eq.%zz",
            $"title=eq.{new string('a', 501)}",
            $"title=in.({string.Join(',', Enumerable.Range(0, 101))})",
            "release_year=like.19*",
            "expiry_date=like.2031*",
            "release_year=eq.1979.0",
            "release_year=eq.1e3",
            "release_year=eq.99999999999999999999",
            "release_year=eq.%201979",
            "release_year=eq.",
            "release_year=in.(1979,x)",
            "release_year=eq.0x7bb",
            "expiry_date=eq.2024-02-30",
            "expiry_date=eq.2024-2-3",
            "expiry_date=gt.now",
            "expiry_date=eq.2024-01-01T00:00:00Z",
            "sort=",
            "sort=id",
            "sort=title,",
            "sort=title,-title",
            "sort=--title",
            "sort=+title",
            "sort=title desc",
            "sort=title&sort=genre",
            "sort=(SELECT 1)",
            "sort=version",
            "limit=0", "limit=-1", "limit=1001", "limit=1.0", "limit=99999999999", "limit=", "limit=1&limit=2",
            "cursor=", "cursor=e30", "cursor=bnVsbA", "cursor=W10", "id=eq.a", "version=eq.1", "Title=eq.a", "offset=1",
            string.Join('&', Enumerable.Repeat("title=neq.a", 21)),
        })
        {
            var refused = await catalogue.GetAsync($"{Catalogue.Path}?{Escape(query)}");
            Assert.AreEqual(400, refused.Status, $"{query}: {refused.Text}");
            Assert.IsNotEmpty(refused.Detail);
        }
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task A_pattern_of_many_stars_does_not_stop_the_server(Engine engine)
    {
        await using var catalogue = await Catalogue.StartAsync(engine);
        await catalogue.AddAsync(new string('a', 500));
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var found = await catalogue.TitlesAsync($"title=like.{string.Concat(Enumerable.Repeat("*a", 240))}*b");

        Assert.IsEmpty(found);
        Assert.IsLessThan(5_000, watch.ElapsedMilliseconds);
    }

    static readonly (string Name, Func<int, bool> Holds)[] Operators =
    [
        ("eq", order => order == 0),
        ("neq", order => order != 0),
        ("lt", order => order < 0),
        ("lte", order => order <= 0),
        ("gt", order => order > 0),
        ("gte", order => order >= 0),
    ];

    /// <summary>The catalogue of all films, which is only read.</summary>
    static async Task<Catalogue> FilledAsync(Engine engine)
    {
        if (Filled.TryGetValue(engine, out var catalogue)) return catalogue;
        catalogue = await Catalogue.StartAsync(engine);
        foreach (var (title, genre, expires, year) in Films) await catalogue.AddAsync(title, genre, expires, year);
        return Filled[engine] = catalogue;
    }

    static string Text((string Title, string Genre, string Expires, int Year) film, string column) =>
        column switch { "title" => film.Title, "genre" => film.Genre, "expiry_date" => film.Expires, _ => $"{film.Year}" };

    /// <summary>Texts in the order of their code points, which UTF-8 bytes have and UTF-16 units have not.</summary>
    static int Compare(
        (string Title, string Genre, string Expires, int Year) one,
        (string Title, string Genre, string Expires, int Year) other,
        string column) =>
        column == "release_year"
            ? one.Year.CompareTo(other.Year)
            : Bytes(Text(one, column)).AsSpan().SequenceCompareTo(Bytes(Text(other, column)));

    static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    static string Escape(string query) => query
        .Replace(" ", "%20", StringComparison.Ordinal)
        .Replace("\"", "%22", StringComparison.Ordinal)
        .Replace("\\", "%5C", StringComparison.Ordinal);
}
