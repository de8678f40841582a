// How much those without a token may add to the message store, and what counts.

using System.Net.Http.Headers;
using System.Text;
using TinyGrepServer.Tests.Access;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Messages;

[TestClass]
public sealed class MessageStoreSizeSpecs
{
    const string Gauge = "tinygrep_message_store_bytes";

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task Who_has_no_token_adds_up_to_the_bound_and_who_has_one_beyond_it(Engine engine)
    {
        using var folder = new TemporaryFolder();
        var options = await Databases.OptionsAsync(engine, folder);
        await using var server = await TestServer.StartAsync([.. options, "--open-tokens", "--max-message-store", "1KiB"]);
        var token = await server.TokenAsync("ann");

        var first = await PostAsync(server, new string('a', 500));
        var tooMuch = await PostAsync(server, new string('b', 500));
        var fits = await PostAsync(server, new string('c', 1_024 - 628 - 128));
        var nothingMore = await PostAsync(server, "");
        var again = await PostAsync(server, new string('a', 500));
        var badToken = await PostAsync(server, "d", "nonsense");
        var beyond = await PostAsync(server, new string('b', 500), token);
        await Wait.UntilAsync(async () => await server.GaugeAsync(Gauge) == 1_024 + 628, "the metric shows it");

        Assert.AreEqual("201 507 201 507 200 507 201", $"{first} {tooMuch} {fits} {nothingMore} {again} {badToken} {beyond}");
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite), DataRow(Engine.Postgres)]
    public async Task What_was_kept_before_and_what_is_deleted_by_hand_counts_as_it_is(Engine engine)
    {
        using var folder = new TemporaryFolder();
        var options = await Databases.OptionsAsync(engine, folder);
        await using (var server = await TestServer.StartAsync(options)) Assert.AreEqual(201, await PostAsync(server, new string('a', 872)));
        await DatabaseShell.AskAsync(options, engine == Engine.Sqlite
            ? "DROP TABLE message_store; DROP TRIGGER messages_added; DROP TRIGGER messages_removed; DROP TRIGGER messages_changed"
            : "DROP TABLE message_store; DROP TRIGGER messages_counted ON messages; DROP FUNCTION count_message_store");
        await DatabaseShell.AskAsync(options, "DELETE FROM schema_migrations WHERE slice = 'Messages' AND number = 2");

        await using var bounded = await TestServer.StartAsync([.. options, "--max-message-store", "1200"]);
        var before = await PostAsync(bounded, new string('b', 100));
        await DatabaseShell.AskAsync(options, "DELETE FROM messages");
        var after = await PostAsync(bounded, new string('b', 100));
        await Wait.UntilAsync(async () => await bounded.GaugeAsync(Gauge) == 228, "the metric shows it");

        Assert.AreEqual((507, 201), (before, after));
    }

    [TestMethod, Timeout(120_000)]
    public async Task A_job_keeps_its_result_whatever_the_store_holds()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(
            [.. await Databases.OptionsAsync(Engine.Sqlite, folder), "--open-tokens", "--max-message-store", "0"]);
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await server.TokenAsync("ann"));

        using var taken = await server.Http.PostAsync("/api/v1/jobs", Json("""{"kind":"search","input":{"q":"error"}}"""));
        await Wait.UntilAsync(
            async () => (await server.Http.GetStringAsync(taken.Headers.Location)).Contains("\"state\":\"done\"", StringComparison.Ordinal),
            "the job is done");
        server.Http.DefaultRequestHeaders.Authorization = null;

        Assert.IsGreaterThan(0, await server.GaugeAsync(Gauge));
        Assert.AreEqual(507, await PostAsync(server, ""));
    }

    [TestMethod, Timeout(120_000)]
    public async Task Many_at_once_do_not_get_past_the_bound()
    {
        using var folder = new TemporaryFolder();
        var options = await Databases.OptionsAsync(Engine.Sqlite, folder);
        await using var server = await TestServer.StartAsync([.. options, "--max-message-store", "10KiB"]);

        var statuses = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(number => PostAsync(server, $"{number:0000}{new string('x', 892)}")));

        Assert.AreEqual((10, 90), (statuses.Count(status => status == 201), statuses.Count(status => status == 507)));
    }

    static async Task<int> PostAsync(TestServer server, string text, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/messages") { Content = MessagesSpecs.Raw(text) };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var reply = await server.Http.SendAsync(request);
        return (int)reply.StatusCode;
    }

    static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");
}
