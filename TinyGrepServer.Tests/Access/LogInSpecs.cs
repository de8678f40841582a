// POST /api/token: who has a password gets a token; who guesses learns nothing and is slowed down.

using System.Diagnostics;
using TinyGrepServer.Tests.Search;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Access;

[TestClass]
public sealed class LogInSpecs
{
    const string Wrong = "wrong horse";

    readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void Remove() => folder.Dispose();

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task The_password_gives_a_token_and_nothing_else_does(Engine engine)
    {
        var options = await Databases.OptionsAsync(engine, folder);
        await using var server = await TestServer.StartAsync(options);
        await TokenClient.AddUserAsync(options, "ann");

        var right = await server.LogInAsync("ann", TokenClient.Password).OkAsync();
        var wrong = await server.LogInAsync("ann", Wrong).RefusedAsync(401);
        var unknown = await server.LogInAsync("zoe", Wrong).RefusedAsync(401);
        await server.GetAsAsync("/api", right.Json.GetProperty("token").GetString()!).OkAsync();

        Assert.AreEqual(
            ("Bearer", 900),
            (right.Json.GetProperty("token_type").GetString(), right.Json.GetProperty("expires_in").GetInt32()));
        Assert.IsTrue(right.Response.Headers.CacheControl!.NoStore);
        Assert.AreEqual(wrong.Detail, unknown.Detail);
        Assert.AreEqual(wrong.Response.Headers.WwwAuthenticate.ToString(), unknown.Response.Headers.WwwAuthenticate.ToString());
        foreach (var body in new[]
        {
            "",
            "{}",
            "[]",
            """{"user":"ann"}""",
            """{"user":"ann","password":null}""",
            """{"user":"ann","password":7}""",
            """{"user":null,"password":"correct horse"}""",
            """{"user":"","password":"correct horse"}""",
            """{"user":"ann'--","password":"correct horse"}""",
            """{"user":"ann","user":"zoe","password":"correct horse"}""",
            """{"user":"ann","password":"correct horse","admin":true}""",
            $$"""{"user":"ann","password":"{{new string('a', 1_025)}}"}""",
            """{"user":"ann\u0000","password":"correct horse"}""",
        })
        {
            await server.PostAsync("/api/token", body).RefusedAsync(400);
        }
        foreach (var password in new[] { "", "Correct horse", " correct horse", "correct horse ", "correct horse\u0000" })
        {
            var status = (await server.LogInAsync("ann", password)).Status;
            Assert.IsTrue(status is 401 or 429, $"{password} {status}");
        }
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_user_who_is_not_there_takes_as_long_as_a_wrong_password()
    {
        string[] options = ["--data", folder.Path];
        await using var server = await TestServer.StartAsync(options);
        await TokenClient.AddUserAsync(options, "ann");
        await server.LogInAsync("ann", TokenClient.Password).OkAsync();

        List<double> wrong = [], unknown = [];
        for (var attempt = 0; attempt < 5; attempt++) // in turn: what else runs here slows both alike
        {
            wrong.Add(await TimeOfRefusalAsync(server, "ann"));
            unknown.Add(await TimeOfRefusalAsync(server, "zoe"));
        }

        Assert.IsGreaterThan(MedianOf(wrong) / 2, MedianOf(unknown));
        Assert.IsLessThan(MedianOf(wrong) * 2, MedianOf(unknown));
    }

    [TestMethod, Timeout(120_000)]
    public async Task Five_wrong_passwords_a_minute_are_allowed_however_many_come_at_once()
    {
        string[] options = ["--data", folder.Path, "--trusted-proxies", "127.0.0.1"];
        await using var server = await TestServer.StartAsync(options);
        await TokenClient.AddUserAsync(options, "ann");
        await TokenClient.AddUserAsync(options, "bob");

        List<Answered> answers = [];
        for (var round = 0; round < 5; round++)
            answers.AddRange(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.LogInAsync("ann", Wrong))));
        var locked = await server.LogInAsync("ann", TokenClient.Password).RefusedAsync(429);
        var elsewhere = await server.LogInAsync("ann", TokenClient.Password, ("X-Forwarded-For", "192.0.2.1"));
        var other = await server.LogInAsync("bob", TokenClient.Password);

        Assert.AreEqual(5, answers.Count(answer => answer.Status == 401));
        Assert.IsTrue(answers.All(answer => answer.Status is 401 or 429));
        Assert.IsInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), locked.Response.Headers.RetryAfter!.Delta!.Value);
        Assert.AreEqual((200, 200), (elsewhere.Status, other.Status));
    }

    [TestMethod, Timeout(120_000)]
    public async Task The_right_password_forgets_the_wrong_ones()
    {
        string[] options = ["--data", folder.Path];
        await using var server = await TestServer.StartAsync(options);
        await TokenClient.AddUserAsync(options, "ann");

        for (var round = 0; round < 3; round++)
        {
            for (var attempt = 0; attempt < 4; attempt++) await server.LogInAsync("ann", Wrong).RefusedAsync(401);
            await server.LogInAsync("ann", TokenClient.Password).OkAsync();
        }
    }

    [TestMethod, Timeout(120_000)]
    public async Task The_right_password_from_many_clients_at_once_lets_all_of_them_in_who_come_again_when_told_to()
    {
        string[] options = ["--data", folder.Path];
        await using var server = await TestServer.StartAsync(options);
        await TokenClient.AddUserAsync(options, "ann");

        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Wait.UntilAsync(
            async () =>
            {
                var answer = await server.LogInAsync("ann", TokenClient.Password);
                Assert.IsTrue(answer.Status is 200 or 429, $"{answer.Status}");
                if (answer.Status == 429) Assert.AreEqual(1, answer.Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
                return answer.Status == 200;
            },
            "it is let in")));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Open_tokens_need_no_password_but_a_decent_name_and_a_loopback_address()
    {
        await using var server = await TestServer.StartAsync("--data", folder.Path, "--open-tokens");

        var token = await server.TokenAsync("anybody");
        await server.LogInAsync("any body").RefusedAsync(400);
        await server.LogInAsync(new string('a', 65)).RefusedAsync(400);
        await server.LogInAsync("a\nb").RefusedAsync(400);
        await server.GetAsAsync("/api", token).OkAsync();

        foreach (var host in new[] { "0.0.0.0", "*", "+", "192.0.2.1" })
        {
            var (exitCode, output, errors) = await TestServer.RunAsync("--port", "0", "--open-tokens", "--host", host);
            Assert.AreEqual((2, ""), (exitCode, output), host);
            Assert.Contains("--open-tokens", errors);
        }
    }

    static async Task<double> TimeOfRefusalAsync(TestServer server, string user)
    {
        var watch = Stopwatch.StartNew();
        await server.LogInAsync(user, Wrong).RefusedAsync(401);
        return watch.Elapsed.TotalMilliseconds;
    }

    static double MedianOf(List<double> times) => times.Order().ElementAt(times.Count / 2);
}
