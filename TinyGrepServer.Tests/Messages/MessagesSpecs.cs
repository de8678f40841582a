// Post a text, get a permanent link: the same on both databases, for every text there is.

using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TinyGrepServer.Server;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Messages;

[TestClass]
public sealed class MessagesSpecs
{
    const string FooDigest = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

    static readonly JsonSerializerOptions Unescaped = RelaxedJson.Of(JsonSerializerOptions.Default);

    static readonly string[] Texts =
    [
        "",
        " ",
        "\0",
        "a\0b\0",
        "\r\n",
        "\uFFFF",
        "\uFFFE\uFFFD\uFEFF",
        "e\u0301 é",
        "👩‍👩‍👧‍👦 𝒳 \U0010FFFF",
        "العربية עברית",
        "\"\\/\b\f\n\r\t\u001f\u007f\u2028\u2029<>&'+",
        "'; DROP TABLE messages; --",
        "\\x00",
        "{\"message\":\"foo\"}",
        new string('ü', 450_000),
        new string('x', 900_000),
        new string('\u007f', 100_000),
    ];

    static readonly TemporaryFolder RefusingFolder = new();

    /// <summary>For tests that post nothing good: it never has a reason to open its database.</summary>
    static TestServer refusing = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) =>
        refusing = await TestServer.StartAsync(await Databases.OptionsAsync(Engine.Sqlite, RefusingFolder));

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await refusing.DisposeAsync();
        RefusingFolder.Dispose();
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task A_text_is_kept_under_its_digest_and_comes_back(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(await Databases.OptionsAsync(engine, folder));

        using var first = await server.Http.PostAsJsonAsync("/messages", new { message = "foo" });
        using var again = await server.Http.PostAsJsonAsync("/messages", new { message = "foo" });
        var back = await server.Http.GetStringAsync(first.Headers.Location);

        Assert.AreEqual(HttpStatusCode.Created, first.StatusCode);
        Assert.AreEqual(HttpStatusCode.OK, again.StatusCode);
        Assert.AreEqual($"/messages/{FooDigest}", first.Headers.Location!.ToString());
        Assert.AreEqual($$"""{"digest":"{{FooDigest}}"}""", await first.Content.ReadAsStringAsync());
        Assert.AreEqual("""{"message":"foo"}""", back);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task Any_text_comes_back_byte_for_byte(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(await Databases.OptionsAsync(engine, folder));

        foreach (var text in Texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            using var posted = await server.Http.PostAsync("/messages", Raw(text));
            Assert.AreEqual(HttpStatusCode.Created, posted.StatusCode, Name(text));
            var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
            Assert.AreEqual($"/messages/{digest}", posted.Headers.Location!.ToString(), Name(text));

            using var plain = new HttpRequestMessage(HttpMethod.Get, posted.Headers.Location);
            plain.Headers.Add("Accept", "text/plain");
            using var reply = await server.Http.SendAsync(plain);
            CollectionAssert.AreEqual(bytes, await reply.Content.ReadAsByteArrayAsync(), Name(text));
            using var json = JsonDocument.Parse(await server.Http.GetByteArrayAsync(posted.Headers.Location));
            Assert.AreEqual(text, json.RootElement.GetProperty("message").GetString(), Name(text));
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task Escaped_and_raw_are_the_same_text()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(await Databases.OptionsAsync(Engine.Sqlite, folder));

        using var raw = await server.Http.PostAsync("/messages", Json("{\"message\":\"é😀/\"}"));
        using var escaped = await server.Http.PostAsync("/messages", Json("{ \"\\u006dessage\" : \"\\u00e9\\ud83d\\uDE00\\/\" }"));

        Assert.AreEqual(HttpStatusCode.Created, raw.StatusCode);
        Assert.AreEqual(HttpStatusCode.OK, escaped.StatusCode);
        Assert.AreEqual(raw.Headers.Location, escaped.Headers.Location);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("")]
    [DataRow("foo")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("\"foo\"")]
    [DataRow("{}")]
    [DataRow("""{"message":null}""")]
    [DataRow("""{"message":1}""")]
    [DataRow("""{"message":["a"]}""")]
    [DataRow("""{"message":{"message":"a"}}""")]
    [DataRow("""{"Message":"a"}""")]
    [DataRow("""{"message":"a","more":1}""")]
    [DataRow("""{"message":"a","message":"a"}""")]
    [DataRow("""{"message":"a","\u006dessage":"b"}""")]
    [DataRow("""{"message":"a"}{}""")]
    [DataRow("""{"message":"a",}""")]
    [DataRow("""{"message":"\ud800"}""")]
    [DataRow("""{"message":"a\udc00b"}""")]
    [DataRow("""{"message":"\udc00\ud800"}""")]
    [DataRow("""{"message":"\ud800\u0041"}""")]
    [DataRow("{\"message\":\"a\0b\"}")]
    public async Task What_is_not_a_message_is_400_and_keeps_nothing(string body)
    {
        var options = await Databases.OptionsAsync(Engine.Sqlite, RefusingFolder);

        using var reply = await refusing.Http.PostAsync("/messages", Json(body));

        Assert.AreEqual(HttpStatusCode.BadRequest, reply.StatusCode, await reply.Content.ReadAsStringAsync());
        Assert.IsFalse(File.Exists(DatabaseShell.SqliteFile(options)), "a refused request opens no database");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Bytes_that_are_not_UTF8_are_400()
    {
        byte[][] broken = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]];

        foreach (var bytes in broken)
        {
            byte[] body = [.. "{\"message\":\""u8, .. bytes, .. "\"}"u8];
            using var reply = await refusing.Http.PostAsync("/messages", new ByteArrayContent(body));
            Assert.AreEqual(HttpStatusCode.BadRequest, reply.StatusCode, Convert.ToHexString(bytes));
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task Too_large_is_413_and_another_type_415()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(await Databases.OptionsAsync(Engine.Sqlite, folder));
        const int Limit = 1 << 20;
        var frame = "{\"message\":\"\"}".Length;

        using var largest = await server.Http.PostAsync("/messages", Raw(new string('x', Limit - frame)));
        using var tooLarge = await server.Http.PostAsync("/messages", Raw(new string('x', Limit - frame + 1)));
        using var text = await server.Http.PostAsync("/messages", new StringContent("{\"message\":\"a\"}", Encoding.UTF8, "text/plain"));
        using var form = await server.Http.PostAsync("/messages", new FormUrlEncodedContent([new("message", "a")]));

        Assert.AreEqual(HttpStatusCode.Created, largest.StatusCode);
        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);
        Assert.AreEqual(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
        Assert.AreEqual(HttpStatusCode.UnsupportedMediaType, form.StatusCode);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task What_is_not_a_stored_digest_is_404(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(await Databases.OptionsAsync(engine, folder));
        using var posted = await server.Http.PostAsync("/messages", Raw("foo"));
        string[] names =
        [
            "x",
            FooDigest[1..],
            FooDigest + "0",
            FooDigest.ToUpperInvariant(),
            new string('0', 64),
            new string('g', 64),
            "%00",
            "'%20OR%201=1--",
            FooDigest[..63] + "%C3%A9",
            "..",
            FooDigest + "/",
        ];

        foreach (var name in names)
        {
            var reply = await RawClient.AskAsync(server.Url, RawClient.Request("GET", $"/messages/{name}"));
            Assert.AreEqual(404, reply!.Status, name);
        }
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task Of_200_who_post_the_same_text_at_once_one_gets_201(Engine engine)
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(await Databases.OptionsAsync(engine, folder));

        var replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => server.Http.PostAsync("/messages", Raw("the same"))));

        Assert.AreEqual(1, replies.Count(reply => reply.StatusCode == HttpStatusCode.Created));
        Assert.AreEqual(199, replies.Count(reply => reply.StatusCode == HttpStatusCode.OK));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite, "x'6261'")]
    [DataRow(Engine.Sqlite, "x''")]
    [DataRow(Engine.Sqlite, "'bar'")]
    [DataRow(Engine.Sqlite, "42")]
    [DataRow(Engine.Postgres, "'\\x6261'")]
    public async Task A_damaged_row_is_a_500_named_in_the_log_and_posting_the_text_again_heals_it(Engine engine, string damage)
    {
        using var folder = new TemporaryFolder();
        var options = await Databases.OptionsAsync(engine, folder);
        await using var server = await TestServer.StartAsync(options);
        using var posted = await server.Http.PostAsync("/messages", Raw("foo"));
        await DatabaseShell.AskAsync(options, $"UPDATE messages SET text = {damage}");

        using var damaged = await server.Http.GetAsync($"/messages/{FooDigest}");
        using var healing = await server.Http.PostAsync("/messages", Raw("foo"));
        var healed = await server.Http.GetStringAsync($"/messages/{FooDigest}");

        Assert.AreEqual(HttpStatusCode.InternalServerError, damaged.StatusCode);
        Assert.AreEqual(HttpStatusCode.OK, healing.StatusCode);
        Assert.AreEqual("""{"message":"foo"}""", healed);
        await Wait.UntilAsync(() => server.Log.Contains($"The message {FooDigest} is damaged", StringComparison.Ordinal), "the log line");
    }

    internal static StringContent Raw(string text) =>
        Json($"{{\"message\":{JsonSerializer.Serialize(text, Unescaped)}}}");

    static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    static string Name(string text) => $"{text.Length} units: {Uri.EscapeDataString(text[..Math.Min(20, text.Length)])}";
}
