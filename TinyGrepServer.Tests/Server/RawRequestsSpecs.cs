// HTTP by the letter: every row of RawRequests.txt is sent over a bare socket, to the server itself and through a real nginx that
// runs deploy/nginx.conf. One server answers all rows; behind each answer the connection is looked at, too.

using System.Globalization;
using System.Net.Http.Json;
using TinyGrepServer.Tests.Access;
using TinyGrepServer.Tests.Deploy;
using TinyGrepServer.Tests.Search;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class RawRequestsSpecs
{
    const string Alive = """{"status":"ok","checks":{}}""";
    const string File = "/api/v1/dictionaries/settled.txt";
    const string Large = "/api/v1/dictionaries/large.txt";
    const string Answer = "/api/v1/search?q=abcde&dictionary=settled.txt";

    static readonly DateTime Modified = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    static TemporaryFolder? folder;
    static TestServer? shared;

    static TestServer Server => shared!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        folder = new TemporaryFolder();
        Write("settled.txt", "0123456789\nabcdefghij\n", Modified);
        var lines = Enumerable.Range(0, 60_000).Select(number => $"line {number} of a dictionary that does not fit into one reply\n");
        Write("large.txt", string.Concat(lines), Modified);
        Write("empty.txt", "", Modified);
        Write("future.txt", "later\n", Modified.AddYears(39));
        var database = await Databases.OptionsAsync(Engine.Sqlite, folder);
        shared = await TestServer.StartAsync(
            ["--dicts", Path.Join(folder.Path, "dicts"), "--open-tokens", "--rate-limit", "off", .. database]);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (shared is not null) await shared.DisposeAsync();
        folder?.Dispose();
    }

    [TestMethod]
    public void The_table_is_long_enough_and_each_row_names_its_section()
    {
        var rows = RawRequest.ReadAll(new Dictionary<string, string>());

        Assert.IsGreaterThan(150, rows.Count);
        foreach (var row in rows)
        {
            StringAssert.Matches(row.Section, new(@"^\d{4,5} \d+(\.\d+)*$"), row.Text);
            Assert.HasCount(row.Sent.Count, row.Expected, row.Text);
        }
        Assert.AreEqual("", string.Join('\n', rows.GroupBy(row => row.Text).Where(same => same.Count() > 1).Select(same => same.Key)));
    }

    [TestMethod, Timeout(120_000)]
    public async Task Every_row_is_answered_as_the_RFC_says()
    {
        List<string> wrong = [];
        foreach (var row in RawRequest.ReadAll(await NamesAsync()))
        {
            using var client = await RawClient.ConnectAsync(Server.Url);
            wrong.AddRange((await AskAsync(client, row, row.Expected)).Select(difference => $"{row.Text}\n    {difference}"));
        }

        Assert.AreEqual("", string.Join('\n', wrong));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_file_of_the_future_was_last_modified_when_it_is_sent()
    {
        using var reply = await Server.Http.GetAsync("/api/v1/dictionaries/future.txt");

        Assert.IsNotNull(reply.Content.Headers.LastModified);
        Assert.IsLessThanOrEqualTo(DateTimeOffset.UtcNow, reply.Content.Headers.LastModified.Value);
        Assert.IsGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-1), reply.Content.Headers.LastModified.Value);
    }

    [TestMethod, Timeout(120_000)]
    public async Task Every_row_has_its_status_through_nginx_as_well()
    {
        await using var nginx = await Nginx.StartDeployedAsync(Server.Url);
        List<string> wrong = [];
        foreach (var row in RawRequest.ReadAll(await NamesAsync()))
        {
            if (row.ThroughNginx == "-") continue;
            using var client = await RawClient.ConnectAsync(nginx.Url);
            string[][] expected = row.ThroughNginx is { } other ? [[other]] : [.. row.Expected.Select(answer => answer[..1])];
            wrong.AddRange((await AskAsync(client, row, expected)).Select(difference => $"{row.Text}\n    {difference}"));
        }

        Assert.AreEqual("", string.Join('\n', wrong));
    }

    /// <summary>Sends the requests of a row one after the other, and says what is not as expected.</summary>
    static async Task<List<string>> AskAsync(RawClient client, RawRequest row, IReadOnlyList<string[]> expected)
    {
        List<string> wrong = [];
        RawReply? reply = null;
        for (var at = 0; at < row.Sent.Count; at++)
        {
            await client.SendAsync(RawRequest.Bytes(row.Sent[at]));
            do reply = await client.ReadReplyAsync(toHead: row.Sent[at].StartsWith("HEAD ", StringComparison.Ordinal));
            while (reply?.Status == 100); // not the answer yet
            wrong.AddRange(RawRequest.Differences(expected[at], reply));
        }
        if (reply is not null && !row.Expected[^1].Contains("junk")) wrong.AddRange(await AfterAsync(client, reply));
        return wrong;
    }

    /// <summary>Nothing may follow an answer that closes; behind any other one, the next answer must be the next request's.</summary>
    static async Task<IEnumerable<string>> AfterAsync(RawClient client, RawReply last)
    {
        if (last.Header("Connection") == "close") return await client.ReadToEndAsync() is { Length: > 0 } more ? [$"'{more}' follows"] : [];
        await client.SendAsync(RawClient.Request("GET", "/livez"));
        var next = await client.ReadReplyAsync();
        return next?.Text == Alive ? [] : [$"out of step: {next?.Head}{next?.Text}"];
    }

    /// <summary>What the table's names stand for. The movie is a new one: rows change it.</summary>
    static async Task<IReadOnlyDictionary<string, string>> NamesAsync()
    {
        var token = await Server.TokenAsync("ann");
        using var movie = new HttpRequestMessage(HttpMethod.Post, "/api/v1/movies");
        movie.Headers.Authorization = new("Bearer", token);
        var title = $"{Guid.NewGuid()}";
        movie.Content = JsonContent.Create(new { title, genre = "Drama", expiry_date = "2031-05-17", release_year = 1979 });
        using var made = await Server.Http.SendAsync(movie);
        using var kept = await Server.Http.PostAsJsonAsync("/messages", new { message = new string('x', 5_000) });
        using var foo = await Server.Http.PostAsJsonAsync("/messages", new { message = "foo" }); // a row's POST finds it
        var message = kept.Headers.Location!.ToString();
        var digest = message.Split('/')[^1];
        return new Dictionary<string, string>
        {
            ["port"] = $"{Server.Url.Port}",
            ["file"] = File,
            ["tag"] = await Server.SettledTagAsync(File),
            ["date"] = Date(Modified),
            ["before"] = Date(Modified.AddSeconds(-1)),
            ["after"] = Date(Modified.AddSeconds(1)),
            ["future"] = "/api/v1/dictionaries/future.txt",
            ["empty"] = "/api/v1/dictionaries/empty.txt",
            ["large"] = Large,
            ["largetag"] = await Server.SettledTagAsync(Large),
            ["largelength"] = $"{new FileInfo(Path.Join(folder!.Path, "dicts", "large.txt")).Length}",
            ["stream"] = "/api/v1/search?q=line&limit=10000&dictionary=large.txt",
            ["answer"] = Answer,
            ["answertag"] = await Server.SettledTagAsync(Answer),
            ["message"] = message,
            ["messagetag"] = $"\"{digest}-json\"",
            ["texttag"] = $"\"{digest}\"",
            ["movie"] = made.Headers.Location!.ToString(),
            ["token"] = $"Authorization: Bearer {token}",
            ["8500 letters"] = new string('a', 8_500),
        };
    }

    static void Write(string name, string text, DateTime modified) =>
        System.IO.File.SetLastWriteTimeUtc(folder!.Write($"dicts/{name}", text), modified);

    static string Date(DateTime time) => time.ToString("R", CultureInfo.InvariantCulture);
}
