// A movie as a resource: made, read, changed and deleted by those who name the version they mean; nothing unfit gets in.

using System.Text.Json;
using TinyGrepServer.Tests.Search;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Movies;

[TestClass]
public sealed class MovieChangesSpecs
{
    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task A_movie_is_made_read_changed_and_deleted(Engine engine)
    {
        await using var catalogue = await Catalogue.StartAsync(engine);

        var made = await catalogue.SendAsync("POST", Catalogue.Path, Catalogue.Fields("Alien"));
        var path = made.Response.Headers.Location!.ToString();
        var read = await catalogue.GetAsync(path).OkAsync();
        var known = await catalogue.GetAsync(path, ("If-None-Match", "\"1\""));
        var patched = await catalogue.SendAsync("PATCH", path, """{"genre":"Horror"}""", ("If-Match", "\"1\"")).OkAsync();
        var changed = await catalogue.GetAsync(path, ("If-None-Match", "\"1\"")).OkAsync();
        var whole = Catalogue.Fields("Aliens", "Action", "2031-05-18", 1986);
        var put = await catalogue.SendAsync("PUT", path, whole, ("If-Match", "\"2\"")).OkAsync();
        var gone = await catalogue.SendAsync("DELETE", path, null, ("If-Match", "\"3\""));

        var id = made.Json.GetProperty("id").GetString();
        Assert.AreEqual(201, made.Status);
        Assert.AreEqual($"{Catalogue.Path}/{id}", path);
        Assert.AreEqual(made.Text, read.Text);
        Assert.AreEqual((304, "\"1\"", 0), (known.Status, known.Response.Headers.ETag!.Tag, known.Bytes.Length));
        Assert.AreEqual(
            $$"""{"id":"{{id}}","title":"Alien","genre":"Horror","expiry_date":"2031-05-17","release_year":1979}""", patched.Text);
        Assert.AreEqual(("\"2\"", patched.Text), (changed.Response.Headers.ETag!.Tag, changed.Text));
        Assert.AreEqual($$"""{"id":"{{id}}","title":"Aliens","genre":"Action","expiry_date":"2031-05-18","release_year":1986}""", put.Text);
        Assert.AreEqual((204, 0), (gone.Status, gone.Bytes.Length));
        await catalogue.GetAsync(path).RefusedAsync(404);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task A_change_needs_the_version_it_was_made_for(Engine engine)
    {
        await using var catalogue = await Catalogue.StartAsync(engine);
        var path = await catalogue.AddAsync("Alien");

        foreach (var (tag, status) in new (string?, int)[]
        {
            (null, 428),
            ("\"2\"", 412),
            ("\"0\"", 412),
            ("W/\"1\"", 412),
            ("1", 412),
            ("\"1", 412),
            ("\"01\"", 412),
            ("\"2\", W/\"1\"", 412),
            ("\"*\"", 412),
            ("'1'", 412),
            ("\"1-zstd\"", 412),
        })
        {
            foreach (var (method, body) in new (string, object?)[]
            {
                ("PATCH", new { genre = "Comedy" }),
                ("PUT", Catalogue.Fields("Alien", "Comedy")),
                ("DELETE", null),
            })
            {
                var refused = await catalogue.SendAsync(method, path, body, tag is null ? [] : [("If-Match", tag)]);
                Assert.AreEqual(status, refused.Status, $"{method} {tag} {refused.Text}");
                Assert.IsNotEmpty(refused.Detail);
                if (status == 412) Assert.AreEqual("\"1\"", refused.Response.Headers.ETag!.Tag);
            }
        }
        await catalogue.SendAsync("PATCH", path, """{"genre":"a"}""", ("If-Match", "\"7\", \"1\"")).OkAsync();
        await catalogue.SendAsync("PATCH", path, """{"genre":"b"}""", ("If-Match", "*")).OkAsync();
        var last = await catalogue.SendAsync("PATCH", path, "{}", ("If-Match", "\"3\"")).OkAsync();
        Assert.AreEqual("b", last.Json.GetProperty("genre").GetString());
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task What_is_not_there_is_404_and_a_title_that_is_taken_409(Engine engine)
    {
        await using var catalogue = await Catalogue.StartAsync(engine);
        var path = await catalogue.AddAsync("Alien");
        await catalogue.AddAsync("Brazil");

        foreach (var id in new[]
        {
            "nope",
            "%00",
            "a%00b",
            "'%20OR%20'1'='1",
            "00000000-0000-0000-0000-000000000000",
            new string('a', 3_000),
        })
        {
            foreach (var (method, body) in new (string, object?)[]
            {
                ("GET", null),
                ("PATCH", new { genre = "Comedy" }),
                ("PUT", Catalogue.Fields("Alien", "Comedy")),
                ("DELETE", null),
            })
            {
                var answer = await catalogue.SendAsync(method, $"{Catalogue.Path}/{id}", body, ("If-Match", "*"));
                Assert.AreEqual(404, answer.Status, $"{method} {id}: {answer.Text}");
            }
        }
        var posted = await catalogue.SendAsync("POST", Catalogue.Path, Catalogue.Fields("Alien")).RefusedAsync(409);
        await catalogue.SendAsync("PATCH", path, new { title = "Brazil" }, ("If-Match", "*")).RefusedAsync(409);
        await catalogue.SendAsync("PUT", path, Catalogue.Fields("Brazil"), ("If-Match", "*")).RefusedAsync(409);
        await catalogue.SendAsync("PATCH", path, new { title = "Alien", genre = "same title" }, ("If-Match", "\"1\"")).OkAsync();

        Assert.AreEqual("The movie 'Alien' already exists.", posted.Detail);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task Nothing_unfit_gets_in(Engine engine)
    {
        await using var catalogue = await Catalogue.StartAsync(engine);
        var path = await catalogue.AddAsync("Alien");
        var whole = JsonSerializer.Serialize(Catalogue.Fields("New"));

        foreach (var (key, value) in new[]
        {
            ("release_year", "1e9"),
            ("release_year", "1979.0"),
            ("release_year", "1.979e3"),
            ("release_year", "\"1979\""),
            ("release_year", "99999999999"),
            ("release_year", "1869"),
            ("release_year", "2201"),
            ("release_year", "-1979"),
            ("release_year", "null"),
            ("release_year", "true"),
            ("release_year", "[1979]"),
            ("release_year", "-2147483648"),
            ("release_year", "0"),
            ("release_year", "NaN"),
            ("release_year", "01979"),
            ("expiry_date", "\"2024-02-30\""),
            ("expiry_date", "\"2024-2-3\""),
            ("expiry_date", "\"2023-02-29\""),
            ("expiry_date", "\"24-02-03\""),
            ("expiry_date", "\"2024-02-03 \""),
            ("expiry_date", "\"2024-02-03T00:00:00Z\""),
            ("expiry_date", "\"0000-01-01\""),
            ("expiry_date", "\"10000-01-01\""),
            ("expiry_date", "\"２０２４-01-01\""),
            ("expiry_date", "\"\""),
            ("expiry_date", "null"),
            ("expiry_date", "20240203"),
            ("title", "\"\""),
            ("title", "null"),
            ("title", "7"),
            ("title", "[\"a\"]"),
            ("title", "\"a\\u0000b\""),
            ("title", "\"\\ud800\""),
            ("title", "\"\\udc00\\ud800\""),
            ("title", $"\"{new string('a', 501)}\""),
            ("title", $"\"{new string('a', 10_000)}\""),
            ("title", $"\"{string.Concat(Enumerable.Repeat("😀", 251))}\""),
            ("genre", "\"\""),
            ("genre", "null"),
            ("genre", "{}"),
            ("genre", "\"\\u0000\""),
            ("genre", $"\"{new string('a', 501)}\""),
        })
        {
            var fields = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(whole)!;
            var members = fields.Select(field => $"\"{field.Key}\":{(field.Key == key ? value : field.Value.GetRawText())}");
            var body = "{" + string.Join(',', members) + "}";
            await RefuseAsync("POST", Catalogue.Path, body);
            await RefuseAsync("PUT", path, body);
            await RefuseAsync("PATCH", path, $"{{\"{key}\":{value}}}");
        }
        foreach (var body in new[]
        {
            "",
            "null",
            "[]",
            "{",
            "\"a\"",
            """{"title":"a","title":"b"}""",
            """{"Title":"a"}""",
            """{"id":"a"}""",
            """{"version":1}""",
            """{"genre":"a"} x""",
            """{"genre":"a",}""",
            """{"genre":"a"/**/}""",
        })
        {
            await RefuseAsync("POST", Catalogue.Path, body);
            await RefuseAsync("PUT", path, body);
            await RefuseAsync("PATCH", path, body);
        }
        await RefuseAsync("PUT", path, """{"genre":"a"}""");
        Assert.AreEqual("\"1\"", (await catalogue.GetAsync(path).OkAsync()).Response.Headers.ETag!.Tag);
        Assert.HasCount(1, await catalogue.TitlesAsync(""));

        async Task RefuseAsync(string method, string to, string body)
        {
            var answer = await catalogue.SendAsync(method, to, body, ("If-Match", "*"));
            Assert.AreEqual(400, answer.Status, $"{method} {body[..Math.Min(100, body.Length)]}: {answer.Text}");
            Assert.IsNotEmpty(answer.Detail);
        }
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task Any_fit_text_comes_back_as_it_was(Engine engine)
    {
        await using var catalogue = await Catalogue.StartAsync(engine);
        string[] titles =
        [
            "'; DROP TABLE movies;--",
            "\" OR \"\"=\"",
            "$1",
            "@Title",
            ":title",
            "?",
            "%",
            "_",
            "\\",
            "\\'",
            "*",
            "a\tb\r\nc",
            "\u0001\u001f\u007f",
            " ",
            "null",
            "a/b?c#d&e=f+g",
            "é",
            "e\u0301",
            "ß",
            "\u202e",
            "\ufeff",
            "\uffff",
            "😀",
            new string('a', 500),
            string.Concat(Enumerable.Repeat("😀", 250)),
            new string('\uffee', 500),
        ];

        foreach (var title in titles)
        {
            var path = await catalogue.AddAsync(title, genre: title);
            var read = (await catalogue.GetAsync(path).OkAsync()).Json;
            Assert.AreEqual((title, title), (Catalogue.Title(read), read.GetProperty("genre").GetString()));
            if (title.Length > 400) continue; // longer than a request line may be
            Assert.AreEqual(title, string.Concat(await catalogue.TitlesAsync($"title=eq.{Uri.EscapeDataString(title)}")));
            var first = await catalogue.GetAsync($"/api/search?title={Uri.EscapeDataString(title)}").OkAsync();
            Assert.AreEqual(title, Catalogue.Title(first.Json.GetProperty("movies").EnumerateArray().Single()));
        }

        CollectionAssert.AreEquivalent(titles, await catalogue.WalkAsync("sort=genre&limit=4"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_body_must_say_that_it_is_JSON()
    {
        await using var catalogue = await Catalogue.StartAsync(Engine.Sqlite);
        var token = await Access.TokenClient.TokenAsync(catalogue.Server, "ann");

        var refused = await catalogue.Server.SendAsync(
            HttpMethod.Post, Catalogue.Path, "{}"u8.ToArray(), "text/plain", ("Authorization", $"Bearer {token}"));

        Assert.AreEqual(415, refused.Status);
    }
}
