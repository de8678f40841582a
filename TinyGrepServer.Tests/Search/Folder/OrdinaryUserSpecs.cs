// What a dictionary without read permission looks like. Root may read everything, so the server runs as the user nobody
// here, from a copy of the build in a folder that everybody can read.

using System.Diagnostics;
using System.Text.Json;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class OrdinaryUserSpecs
{
    const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    static readonly TemporaryFolder Folder = new();
    static TestServer? server;
    static string reason = "";

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        Folder.Write("dicts/a.txt", "needle a\n");
        Folder.Write("dicts/locked.txt", "needle locked\n");
        Folder.Write("dicts/shut/b.txt", "needle shut\n");
        Folder.Write("dicts/z.txt", "needle z\n");
        foreach (var file in Directory.EnumerateFiles(TestServer.BinaryFolder))
            File.Copy(file, Path.Join(Folder.Path, Path.GetFileName(file)));
        Open(Folder.Path);
        File.SetUnixFileMode(Path.Join(Folder.Path, "dicts/locked.txt"), UnixFileMode.None);
        File.SetUnixFileMode(Path.Join(Folder.Path, "dicts/shut"), UnixFileMode.None);
        reason = await StartAsNobodyAsync();
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (server is not null) await server.DisposeAsync();
        Folder.Dispose();
    }

    [TestInitialize]
    public void NeedServer()
    {
        if (server is null) Assert.Inconclusive(reason);
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_first_API_refuses_it_as_a_missing_one()
    {
        var locked = await server!.FirstAsync(new { action = "search", term = "needle", dictionary = "locked.txt" }).RefusedAsync(403);
        var all = await server!.FirstAsync(new { action = "all", dictionary = "locked.txt" }).RefusedAsync(403);
        var missing = await server!.FirstAsync(new { action = "all", dictionary = "locked.no!" }).RefusedAsync(403);

        Assert.AreEqual(missing.Detail, locked.Detail.Replace("locked.txt", "locked.no!", StringComparison.Ordinal));
        Assert.AreEqual(locked.Detail, all.Detail);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_search_for_it_alone_is_forbidden_and_names_no_path()
    {
        var refused = await server!.FullAsync(new { q = "needle", dictionary = "locked.txt" }).RefusedAsync(403);

        Assert.IsFalse(refused.Text.Contains(Folder.Path, StringComparison.Ordinal), refused.Text);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("")]
    [DataRow("&context=1")]
    [DataRow("&dictionary=*.txt")]
    [DataRow("&dictionary=a.txt&dictionary=locked.txt&dictionary=z.txt")]
    public async Task A_search_over_many_gives_the_others_and_says_that_it_is_not_complete(string rest)
    {
        var answered = await server!.GetAsync($"/api/v1/search?q=needle{rest}").OkAsync();

        CollectionAssert.AreEqual(new[] { "needle a", "needle z" }, answered.Matches.Select(match => match.TextOf()).ToArray());
        Assert.IsFalse(answered.Json.GetProperty("complete").GetBoolean());
        Assert.AreEqual("unreadable", answered.Json.GetProperty("stop_reason").GetString());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_count_over_many_says_so_as_well()
    {
        var answered = await server!.GetAsync("/api/v1/search?q=needle&count_only=1").OkAsync();

        Assert.AreEqual(2, answered.Json.GetProperty("count").GetInt32());
        Assert.AreEqual("unreadable", answered.Json.GetProperty("stop_reason").GetString());
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_bad_pattern_is_told_from_a_bad_file() =>
        await server!.FullAsync(new { q = "a[", dictionary = "locked.txt" }).RefusedAsync(400);

    [TestMethod, Timeout(60_000)]
    public async Task The_list_shows_file_and_folder_as_unreadable()
    {
        var list = (await server!.GetAsync("/api/v1/dictionaries").OkAsync()).Json.GetProperty("dictionaries").EnumerateArray()
            .ToDictionary(one => one.GetProperty("name").GetString()!, one => one);

        CollectionAssert.AreEqual(new[] { "a.txt", "locked.txt", "shut/", "z.txt" }, list.Keys.ToArray());
        Assert.AreEqual("unreadable", list["locked.txt"].GetProperty("skipped").GetString());
        Assert.AreEqual("unreadable", list["shut/"].GetProperty("skipped").GetString());
        Assert.AreEqual(JsonValueKind.Null, list["locked.txt"].GetProperty("lines").ValueKind);
        Assert.AreEqual(JsonValueKind.Null, list["a.txt"].GetProperty("skipped").ValueKind);
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_file_itself_is_forbidden_and_what_lies_in_a_closed_folder_is_not_there()
    {
        await server!.GetAsync("/api/v1/dictionaries/locked.txt").RefusedAsync(403);
        await server!.GetAsync("/api/v1/dictionaries/shut/b.txt").RefusedAsync(404);

        Assert.AreEqual("needle a\n", (await server!.GetAsync("/api/v1/dictionaries/a.txt").OkAsync()).Text);
    }

    static void Open(string folder)
    {
        const UnixFileMode Enter = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(folder, ForAll | Enter | UnixFileMode.UserWrite);
        foreach (var file in Directory.EnumerateFiles(folder)) File.SetUnixFileMode(file, ForAll | UnixFileMode.UserWrite);
        foreach (var inner in Directory.EnumerateDirectories(folder)) Open(inner);
    }

    /// <returns>Why it could not be started, or nothing.</returns>
    static async Task<string> StartAsNobodyAsync()
    {
        if (Environment.UserName != "root") return "Only root can start a server as another user.";
        string[] dotnet = ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--", "dotnet"];
        try
        {
            var probe = new ProcessStartInfo("setpriv", [.. dotnet, "--list-runtimes"]) { WorkingDirectory = "/" };
            var (code, _, errors) = await TestServer.RunAsync(probe);
            if (code != 0) return $"The user nobody cannot run dotnet: {errors}";
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return $"There is no setpriv: {missing.Message}";
        }
        var program = Path.Join(Folder.Path, "TinyGrepServer.dll");
        var dicts = Path.Join(Folder.Path, "dicts");
        var start = new ProcessStartInfo("setpriv", [.. dotnet, program, "--port", "0", "--dicts", dicts])
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_HOME"] = "/tmp";
        server = await TestServer.AttachAsync(Process.Start(start)!);
        return "";
    }
}
