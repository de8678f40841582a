// The first routes of the catalogue: what they took and answered, they take and answer still.

using TinyGrepServer.Tests.Search;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Movies;

[TestClass]
public sealed class FirstMoviesSpecs
{
    const string Alien = """{"title":"Alien","genre":"Horror","expiry_date":"2031-05-17","release_year":1979}""";
    const string Brazil = """{"title":"Brazil","genre":"Science Fiction","expiry_date":"2030-01-01","release_year":1985}""";

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task Fields_come_as_a_body_or_as_a_query(Engine engine)
    {
        await using var catalogue = await Catalogue.StartAsync(engine);

        var empty = await catalogue.GetAsync("/api").OkAsync();
        var body = await catalogue.SendAsync("POST", "/api", Alien);
        var query = await catalogue.SendAsync("POST", "/api?title=Brazil&genre=Science+Fiction&expiry_date=2030-01-01&release_year=1985");
        var all = await catalogue.GetAsync("/api").OkAsync();
        var head = await catalogue.SendAsync("HEAD", "/api").OkAsync();
        var gone = await catalogue.SendAsync("DELETE", "/api", """{"title":"Alien"}""").OkAsync();
        var goneToo = await catalogue.SendAsync("DELETE", "/api?title=Brazil").OkAsync();

        Assert.AreEqual("""{"movies":[]}""", empty.Text);
        Assert.AreEqual((201, Alien), (body.Status, body.Text));
        Assert.AreEqual((201, Brazil), (query.Status, query.Text));
        Assert.AreEqual($$"""{"movies":[{{Alien}},{{Brazil}}]}""", all.Text);
        Assert.AreEqual(all.Bytes.Length, head.Response.Content.Headers.ContentLength);
        Assert.AreEqual((Alien, Brazil), (gone.Text, goneToo.Text));
        Assert.AreEqual("""{"movies":[]}""", (await catalogue.GetAsync("/api").OkAsync()).Text);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task A_search_finds_what_has_all_fields_given(Engine engine)
    {
        await using var catalogue = await Catalogue.StartAsync(engine);
        await catalogue.SendAsync("POST", "/api", Alien);
        await catalogue.SendAsync("POST", "/api", Brazil);

        foreach (var (query, body, expected) in new (string, string?, string)[]
        {
            ("", null, $"{Alien},{Brazil}"),
            ("", "{}", $"{Alien},{Brazil}"),
            ("?title=Alien", null, Alien),
            ("", """{"title":"Alien"}""", Alien),
            ("", """{"release_year":1985}""", Brazil),
            ("?release_year=1979&genre=Horror", null, Alien),
            ("?release_year=1979&genre=Comedy", null, ""),
            ("?expiry_date=2030-01-01", null, Brazil),
            ("?title=alien", null, ""),
            ("?title=Ali%25", null, ""),
            ("?title=Alien%00", null, "400"),
            ("?release_year=-2147483648", null, "400"),
            ("", """{"release_year":-2147483648}""", "400"),
            ("?title=a&title=b", null, "400"),
            ("?name=Alien", null, "400"),
            ("?title=%ff", null, "400"),
            ("?title=Alien", """{"title":"Alien"}""", "400"),
        })
        {
            var found = await catalogue.SendAsync("GET", $"/api/search{query}", body);
            if (expected == "400") Assert.AreEqual(400, found.Status, query + body + found.Text);
            else Assert.AreEqual($$"""{"movies":[{{expected}}]}""", found.Text, query + body);
        }
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task Expired_movies_lie_between_two_days_both_included(Engine engine)
    {
        await using var catalogue = await Catalogue.StartAsync(engine);
        await catalogue.SendAsync("POST", "/api", Alien);
        await catalogue.SendAsync("POST", "/api", Brazil);

        foreach (var (query, body, expected) in new (string, string?, string)[]
        {
            ("?from=2030-01-01&to=2031-05-17", null, $"{Alien},{Brazil}"),
            ("", """{"from":"2030-01-01","to":"2031-05-17"}""", $"{Alien},{Brazil}"),
            ("?from=2030-01-02&to=2031-05-17", null, Alien),
            ("?from=2030-01-01&to=2031-05-16", null, Brazil),
            ("?from=2031-05-17&to=2031-05-17", null, Alien),
            ("?from=0001-01-01&to=2029-12-31", null, ""),
            ("?from=2031-05-17&to=2031-05-16", null, "'from' (2031-05-17) is after 'to' (2031-05-16)."),
            ("?from=2031-05-17", null, "The field 'to' is missing."),
            ("?to=2031-05-17", null, "The field 'from' is missing."),
            ("", null, "The field 'from' is missing."),
            ("?from=2030-02-29&to=2031-05-17", null, "'from' must be a day"),
            ("?from=2030-01-01&to=2031-5-17", null, "'to' must be a day"),
            ("?from=2030-01-01&to=2031-05-17", """{"from":"2030-01-01","to":"2031-05-17"}""", "not both"),
            ("", """{"from":null,"to":"2031-05-17"}""", "'from' must be"),
            ("", """{"from":"2030-01-01","to":"2031-05-17","title":"Alien"}""", "Unknown key 'title'"),
        })
        {
            var found = await catalogue.SendAsync("GET", $"/api/expiredMovies{query}", body);
            if (found.Status == 200) Assert.AreEqual($$"""{"movies":[{{expected}}]}""", found.Text, query + body);
            else StringAssert.Contains(found.Status == 400 ? found.Detail : found.Text, expected, StringComparison.Ordinal, query + body);
        }
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task What_cannot_be_done_is_refused_and_says_why(Engine engine)
    {
        await using var catalogue = await Catalogue.StartAsync(engine);
        await catalogue.SendAsync("POST", "/api", Alien);

        foreach (var (method, path, body, status, detail) in new (string, string, string?, int, string)[]
        {
            ("POST", "/api", Alien, 409, "'Alien'"),
            ("POST", "/api?title=B&genre=C&expiry_date=2030-01-01&release_year=1985", Brazil, 400, "not both"),
            ("POST", "/api", """{"genre":"C","expiry_date":"2030-01-01","release_year":1985}""", 400, "'title' is missing"),
            ("POST", "/api", """{"title":"B","expiry_date":"2030-01-01","release_year":1985}""", 400, "'genre' is missing"),
            ("POST", "/api", """{"title":"B","genre":"C","release_year":1985}""", 400, "'expiry_date' is missing"),
            ("POST", "/api", """{"title":"B","genre":"C","expiry_date":"2030-01-01"}""", 400, "'release_year' is missing"),
            ("POST", "/api?title=B&genre=C&expiry_date=2030-01-01", null, 400, "'release_year' is missing"),
            ("POST", "/api?title=B&genre=C&expiry_date=2030-01-01&release_year=x", null, 400, "'release_year' must be"),
            ("POST", "/api", null, 400, "'title' is missing"),
            ("POST", "/api", "[]", 400, "must be a JSON object"),
            ("DELETE", "/api", null, 400, "'title' is missing"),
            ("DELETE", "/api", "{}", 400, "'title' is missing"),
            ("DELETE", "/api", """{"title":"Alien","genre":"Horror"}""", 400, "alone"),
            ("DELETE", "/api", """{"title":"alien"}""", 404, "'alien'"),
            ("DELETE", "/api?title=%27+OR+1%3D1--", null, 404, "No movie"),
            ("DELETE", "/api?title=Alien%00", null, 400, "U+0000"),
        })
        {
            var answer = await catalogue.SendAsync(method, path, body);
            Assert.AreEqual(status, answer.Status, $"{method} {path} {body}: {answer.Text}");
            StringAssert.Contains(answer.Detail, detail, StringComparison.Ordinal, $"{method} {path} {body}");
        }
        Assert.AreEqual($$"""{"movies":[{{Alien}}]}""", (await catalogue.GetAsync("/api").OkAsync()).Text);
    }
}
