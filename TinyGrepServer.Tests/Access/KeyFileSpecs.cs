// The file with the signing keys: made for its owner alone, shared by servers, renewed while they run, and no way in when damaged.

using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests.Access;

[TestClass]
public sealed class KeyFileSpecs
{
    static readonly TemporaryFolder SharedFolder = new();
    static TestServer shared = null!;

    readonly TemporaryFolder folder = new();

    string File => FileIn(folder);

    string[] Options => OptionsIn(folder);

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => shared = await TestServer.StartAsync(OptionsIn(SharedFolder));

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await shared.DisposeAsync();
        SharedFolder.Dispose();
    }

    [TestCleanup]
    public void Remove() => folder.Dispose();

    [TestMethod, Timeout(60_000)]
    public async Task It_is_made_with_the_first_token_and_only_its_owner_can_read_it()
    {
        await using var server = await TestServer.StartAsync(Options);
        Assert.IsFalse(System.IO.File.Exists(File));

        await server.TokenAsync("ann");

        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.AreEqual(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            System.IO.File.GetUnixFileMode(Path.GetDirectoryName(File)!));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Servers_that_share_it_accept_each_others_tokens()
    {
        await using var one = await TestServer.StartAsync(Options);
        await using var other = await TestServer.StartAsync("--data", Path.Join(folder.Path, "other"), "--open-tokens", "--key-file", File);
        await using var stranger = await TestServer.StartAsync("--data", Path.Join(folder.Path, "stranger"), "--open-tokens");

        var tokens = await Task.WhenAll(Enumerable.Range(0, 20).Select(at => (at % 2 == 0 ? one : other).TokenAsync($"user{at}")));

        foreach (var token in tokens)
        {
            await one.GetAsAsync("/api", token).OkAsync();
            await other.GetAsAsync("/api", token).OkAsync();
            Assert.AreEqual(401, (await stranger.GetAsAsync("/api", token)).Status);
        }
        Assert.HasCount(1, Directory.GetFiles(Path.GetDirectoryName(File)!, "keys.json*"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_new_key_signs_without_a_restart_and_old_tokens_stay_good()
    {
        await using var server = await TestServer.StartAsync(Options);
        var old = await server.TokenAsync("ann");

        var rotated = await TestServer.RunAsync(["token", "rotate-key", .. Options[..2]]);
        var young = old;
        await Wait.UntilAsync(async () => KeyOf(young = await server.TokenAsync("ann")) != KeyOf(old), "the new key signs");

        Assert.AreEqual(0, rotated.ExitCode, rotated.Errors);
        Assert.AreEqual($"New tokens are signed with the key {KeyOf(young)}.\n", rotated.Output);
        Assert.AreNotEqual(KeyOf(old), KeyOf(young));
        await server.GetAsAsync("/api", old).OkAsync();
        await server.GetAsAsync("/api", young).OkAsync();
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Of_keys_that_are_made_at_once_none_is_lost()
    {
        await using var server = await TestServer.StartAsync(Options);
        var old = await server.TokenAsync("ann");

        var rotated = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => TestServer.RunAsync(["token", "rotate-key", .. Options[..2]])));
        var kept = System.Text.Json.JsonDocument.Parse(await System.IO.File.ReadAllBytesAsync(File)).RootElement.EnumerateArray()
            .Select(key => key.GetProperty("kid").GetString()!)
            .ToArray();

        Assert.IsTrue(rotated.All(one => one.ExitCode == 0), rotated[0].Errors);
        var made = rotated.Select(one => one.Output.Trim().TrimEnd('.').Split(' ')[^1]);
        CollectionAssert.AreEquivalent(made.Append(KeyOf(old)).ToArray(), kept);
        await server.GetAsAsync("/api", old).OkAsync();
    }

    [TestMethod, Timeout(60_000)]
    public async Task One_behind_a_link_is_seen_to_change_when_the_link_is_switched()
    {
        foreach (var name in new[] { "old.json", "new.json" })
        {
            var made = await TestServer.RunAsync("token", "rotate-key", "--key-file", Path.Join(folder.Path, name));
            Assert.AreEqual(0, made.ExitCode, made.Errors);
        }
        var link = Path.Join(folder.Path, "keys.json");
        System.IO.File.CreateSymbolicLink(link, "old.json");
        await using var server = await TestServer.StartAsync([.. Options, "--key-file", link]);
        var old = await server.TokenAsync("ann");

        System.IO.File.CreateSymbolicLink($"{link}.next", "new.json");
        System.IO.File.Move($"{link}.next", link, overwrite: true);

        await Wait.UntilAsync(async () => KeyOf(await server.TokenAsync("ann")) != KeyOf(old), "the other key signs");
        Assert.AreEqual(401, (await server.GetAsAsync("/api", old)).Status);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{}")]
    [DataRow("[null]")]
    [DataRow("[[]]")]
    [DataRow("\0\0\0")]
    [DataRow("[{}]")]
    [DataRow("""[{"kid":"a","secret":"YQ","created":1}]""")]
    [DataRow("""[{"kid":"a","secret":"\ud800","created":1}]""")]
    [DataRow("""[{"kid":"a","created":1}]""")]
    [DataRow("""[{"kid":null,"secret":"YQ","created":1}]""")]
    [DataRow("""[{"kid":"a","secret":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","created":1}""")]
    public async Task A_damaged_one_lets_nobody_in_and_is_not_replaced(string damaged)
    {
        var file = FileIn(SharedFolder);
        var token = await shared.TokenAsync("ann");
        var whole = await System.IO.File.ReadAllTextAsync(file);
        var told = TimesTold();

        await System.IO.File.WriteAllTextAsync(file, damaged);
        await Wait.UntilAsync(async () => (await shared.GetAsAsync("/api", token)).Status == 503, "the change of the file is noticed");
        var asked = await shared.GetAsAsync("/api", token).RefusedAsync(503);
        var another = await shared.LogInAsync("ann").RefusedAsync(503);
        var rotated = await TestServer.RunAsync(["token", "rotate-key", .. OptionsIn(SharedFolder)[..2]]);
        var left = await System.IO.File.ReadAllTextAsync(file);
        await System.IO.File.WriteAllTextAsync(file, whole);

        Assert.IsNotNull(asked.Response.Headers.RetryAfter);
        Assert.IsNotNull(another.Response.Headers.RetryAfter);
        Assert.AreEqual(1, rotated.ExitCode, rotated.Errors);
        Assert.AreEqual(damaged, left);
        // All three, so that none comes late and is taken for one of the next row.
        await Wait.UntilAsync(() => TimesTold() >= told + 3, "a log line for each refusal");
        await Wait.UntilAsync(async () => (await shared.GetAsAsync("/api", token)).Status == 200, "the file is whole again");

        static int TimesTold() => shared.Log.Split("keys.json cannot be used").Length - 1;
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_folder_in_its_place_lets_nobody_in_and_leaves_nothing_behind()
    {
        await using var server = await TestServer.StartAsync(Options);
        var token = await server.TokenAsync("ann");
        System.IO.File.Delete(File);
        Directory.CreateDirectory(File);

        await Wait.UntilAsync(async () => (await server.GetAsAsync("/api", token)).Status == 503, "the change of the file is noticed");
        await server.GetAsAsync("/api", token).RefusedAsync(503);
        await server.LogInAsync("ann").RefusedAsync(503);
        var rotated = await TestServer.RunAsync(["token", "rotate-key", .. Options[..2]]);

        Assert.AreEqual(1, rotated.ExitCode, rotated.Errors);
        Assert.HasCount(1, Directory.GetFileSystemEntries(Path.GetDirectoryName(File)!, "keys.json*"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task One_that_cannot_be_made_is_told_in_one_line()
    {
        await using var server = await TestServer.StartAsync([.. Options, "--key-file", "/dev/null/keys.json"]);

        await server.LogInAsync("ann").RefusedAsync(503);
        var (exitCode, output, errors) = await TestServer.RunAsync(["token", "rotate-key", "--key-file", "/dev/null/keys.json"]);

        Assert.AreEqual((1, ""), (exitCode, output));
        Assert.DoesNotContain("Unhandled", errors);
        Assert.Contains("tinygrep: ", errors);
    }

    [TestMethod, Timeout(60_000)]
    public async Task One_that_others_can_read_is_used_with_a_warning()
    {
        await using (var first = await TestServer.StartAsync(Options)) await first.TokenAsync("ann");
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await using var server = await TestServer.StartAsync(Options);

        await server.TokenAsync("ann");

        await Wait.UntilAsync(() => server.Log.Contains("can be read by others", StringComparison.Ordinal), "the warning");
    }

    static string FileIn(TemporaryFolder folder) => Path.Join(folder.Path, "data", "keys.json");

    static string[] OptionsIn(TemporaryFolder folder) => ["--data", Path.Join(folder.Path, "data"), "--open-tokens"];

    static string KeyOf(string token)
    {
        var header = System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[0]);
        return System.Text.Json.JsonDocument.Parse(header).RootElement.GetProperty("kid").GetString()!;
    }
}
