// A name only ever leads to a file inside the folder. Whatever it tries, with segments, escapes, links or special files, the
// answer is that of a missing dictionary, so that nothing can be learnt about the rest of the disk.

using System.Runtime.InteropServices;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class DictionaryNamesSpecs
{
    static readonly TemporaryFolder Folder = new();
    static readonly TemporaryFolder Outside = new();
    static TestServer server = null!;

    static readonly string[] Strange =
    [
        "-", "--help", "-rf", "a b.txt", "line\nbreak.txt", "é日😀.txt", "100%.txt", "#1.txt", "a?b*.txt", "back\\slash.txt",
        "quote\"'.txt", "a&b=c+d.txt", "%2e%2e.txt", "...", "notes/2024/may.txt", "tab\t.txt", ";x|y$(z).txt",
    ];

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        Folder.Write("quotes.txt", "inside\n");
        foreach (var name in Strange) Folder.Write(name, $"inside\nstrange {name.Length}\n");
        Outside.Write("secret.txt", "outside secret\n");
        Link("passwd", "/etc/passwd");
        Link("out", Outside.Path);
        Link("out.txt", Path.Join(Outside.Path, "secret.txt"));
        Link("loop", Path.Join(Folder.Path, "loop"));
        Link("dangling", Path.Join(Folder.Path, "nothing"));
        Link("up", "..");
        Link("inner.txt", "notes/2024/may.txt");
        Link("inner", "notes");
        Assert.AreEqual(0, Native.MakeFifo(Path.Join(Folder.Path, "fifo"), 0x1B6));
        server = await TestServer.StartAsync("--dicts", Folder.Path);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
        Outside.Dispose();
    }

    public static IEnumerable<object[]> Leaving =>
    [
        .. new[]
        {
            "..", ".", "./quotes.txt", "notes/../quotes.txt", "notes/./2024/may.txt", "notes//2024/may.txt",
            "../README.md", "..\\README.md", "%2e%2e/README.md", "..%2fREADME.md", "notes/../../quotes.txt", "up/quotes.txt",
            "/etc/passwd", "//etc/passwd", "../../../../../../../../etc/passwd", "file:///etc/passwd", "passwd",
            "~", "~root/.profile", "/dev/zero", "/proc/self/environ",
            "quotes.txt/", "quotes.txt/.", "fifo", "out", "out/secret.txt", "out.txt", "loop", "dangling",
            "quotes.txt\0", "quotes.txt\0.png", "\0", " quotes.txt", "quotes.txt ", "QUOTES.TXT", "\uFEFFquotes.txt",
        }.Select(name => new object[] { name }),
        [$"{Folder.Path}/quotes.txt"],
        [$"../{Path.GetFileName(Folder.Path)}/quotes.txt"],
        [new string('a', 5_000)],
        [string.Concat(Enumerable.Repeat("a/", 3_000))],
    ];

    [TestMethod, Timeout(60_000), DynamicData(nameof(Leaving))]
    public async Task A_name_that_leads_nowhere_or_out_is_refused_like_a_missing_one(string name)
    {
        var first = await server.FirstAsync(new { action = "all", dictionary = name }).RefusedAsync(403);
        var full = await server.FullAsync(new { q = "x", dictionary = name }).RefusedAsync(404);

        Assert.AreEqual(Generic(await server.FirstAsync(new { action = "all", dictionary = "no such" })), Generic(first));
        Assert.AreEqual(Generic(await server.FullAsync(new { q = "x", dictionary = "no such" })), Generic(full));
    }

    [TestMethod, Timeout(60_000), DataRow("notes"), DataRow("notes/")]
    public async Task A_folder_is_no_dictionary_but_all_below_it(string name)
    {
        await server.FirstAsync(new { action = "all", dictionary = name }).RefusedAsync(403);
        var full = await server.FullAsync(new { q = ".", dictionary = name }).OkAsync();

        Assert.IsNotEmpty(full.Matches);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("../README.md")]
    [DataRow("..%2fREADME.md")]
    [DataRow("%2e%2e%2fREADME.md")]
    [DataRow("%2e%2e/README.md")]
    [DataRow("%2E%2E%2F%2E%2E%2Fetc%2Fpasswd")]
    [DataRow("notes/..%2f..%2fREADME.md")]
    [DataRow("notes/%2e%2e/quotes.txt")]
    [DataRow("./quotes.txt")]
    [DataRow("%2fetc%2fpasswd")]
    [DataRow("/etc/passwd")]
    [DataRow("%2e%2e%5cREADME.md")]
    [DataRow("%252e%252e%252fREADME.md")]
    [DataRow("..;/README.md")]
    [DataRow("quotes.txt%00")]
    [DataRow("quotes.txt%00.png")]
    [DataRow("passwd")]
    [DataRow("out/secret.txt")]
    [DataRow("out.txt")]
    [DataRow("fifo")]
    [DataRow("notes")]
    [DataRow("notes/")]
    [DataRow("quotes.txt/")]
    [DataRow("no%20such")]
    public async Task A_path_that_leads_nowhere_or_out_is_not_found(string path)
    {
        var got = await server.GetAsync($"/api/v1/dictionaries/{path}").RefusedAsync(404);
        var head = await server.SendAsync(HttpMethod.Head, $"/api/v1/dictionaries/{path}");

        Assert.AreEqual(404, head.Status);
        Assert.DoesNotContain("root:", got.Text);
        Assert.DoesNotContain("secret\\n", got.Text);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("%")]
    [DataRow("%4")]
    [DataRow("%zz")]
    [DataRow("%ff")]
    [DataRow("%c3")]
    public async Task A_path_that_cannot_be_decoded_is_refused(string path) =>
        await server.GetAsync($"/api/v1/dictionaries/{path}").RefusedAsync(400);

    [TestMethod, Timeout(60_000)]
    public async Task Any_name_a_file_can_have_is_a_dictionary_in_every_API()
    {
        foreach (var name in Strange)
        {
            var first = await server.FirstAsync(new { action = "search", term = "strange", dictionary = name }).OkAsync();
            var full = await server.FullAsync(new { q = "strange", dictionary = name }).OkAsync();
            var path = string.Join('/', name.Split('/').Select(Uri.EscapeDataString));
            var file = await server.GetAsync($"/api/v1/dictionaries/{path}").OkAsync();

            CollectionAssert.AreEqual(new[] { $"strange {name.Length}" }, first.Results, name);
            Assert.AreEqual(name, full.Matches.Single().GetProperty("dictionary").GetString());
            Assert.AreEqual($"inside\nstrange {name.Length}\n", file.Text, name);
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_search_over_all_names_each_of_them_and_nothing_else()
    {
        var answered = await server.GetAsync("/api/v1/search?q=inside&limit=1000").OkAsync();

        string[] expected =
            [.. Strange.Append("quotes.txt").Append("inner.txt").Where(name => name[0] != '.').Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(expected, answered.Matches.Select(match => match.GetProperty("dictionary").GetString()).ToArray());
        Assert.IsTrue(answered.Json.GetProperty("complete").GetBoolean());
    }

    [TestMethod, Timeout(60_000)]
    public async Task Links_inside_the_folder_are_followed()
    {
        var file = await server.FirstAsync(new { action = "all", dictionary = "inner.txt" }).OkAsync();
        var below = await server.FirstAsync(new { action = "all", dictionary = "inner/2024/may.txt" }).OkAsync();
        var got = await server.GetAsync("/api/v1/dictionaries/inner/2024/may.txt").OkAsync();

        CollectionAssert.AreEqual(file.Results, below.Results);
        Assert.AreEqual("inside\nstrange 18\n", got.Text);
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_folder_itself_may_be_a_link()
    {
        using var other = new TemporaryFolder();
        var link = Path.Join(other.Path, "dicts");
        File.CreateSymbolicLink(link, Folder.Path);
        await using var own = await TestServer.StartAsync("--dicts", link);

        var answered = await own.FirstAsync(new { action = "all" }).OkAsync();

        CollectionAssert.AreEqual(new[] { "inside" }, answered.Results);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_file_whose_name_is_not_UTF_8_keeps_nothing_else_from_being_found()
    {
        using var folder = new TemporaryFolder();
        folder.Write("good.txt", "inside\n");
        await ShellAsync("printf 'inside\\n' > \"$1/$(printf 'bad\\377.txt')\"", folder.Path);
        await using var own = await TestServer.StartAsync("--dicts", folder.Path);

        var listed = await own.GetAsync("/api/v1/dictionaries").OkAsync();
        var found = await own.GetAsync("/api/v1/search?q=inside").OkAsync();
        await ShellAsync("rm -- \"$1\"/bad*", folder.Path); // .NET cannot name it

        StringAssert.Contains(listed.Text, "\"good.txt\"", StringComparison.Ordinal);
        Assert.AreEqual("good.txt", found.Matches[0].GetProperty("dictionary").GetString());
    }

    /// <summary>The refusal without the name, which must not depend on why.</summary>
    static string Generic(Answered refused)
    {
        var (from, to) = (refused.Detail.IndexOf('\'', StringComparison.Ordinal), refused.Detail.LastIndexOf('\''));
        return $"{refused.Status} {refused.Detail[..from]} {refused.Detail[to..]}";
    }

    static async Task ShellAsync(string script, string folder)
    {
        var (code, _, errors) = await TestServer.RunAsync(new System.Diagnostics.ProcessStartInfo("sh", ["-c", script, "sh", folder]));
        Assert.AreEqual(0, code, errors);
    }

    static void Link(string name, string target) => File.CreateSymbolicLink(Path.Join(Folder.Path, name), target);

    static class Native
    {
        [DllImport("libc", EntryPoint = "mkfifo", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable SYSLIB1054, CA2101 // CharSet.Ansi is UTF-8 on Unix.
        public static extern int MakeFifo(string path, int mode);
#pragma warning restore SYSLIB1054, CA2101
    }
}
