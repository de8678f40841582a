// Which dictionaries a question is asked of. Left alone it goes over everything that looks like text; what it leaves out
// must be in the list with its reason, and can still be asked for by name.

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class SelectionSpecs
{
    static readonly TemporaryFolder Folder = new();
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        foreach (var name in new[] { "a.txt", "b.txt", "b.txt~", ".hidden", "z[1].txt", "-", "--help" })
            Folder.Write(name, $"needle in {name}\n");
        foreach (var name in new[] { "notes/2023/june.txt", "notes/2024/may.txt", "notes/.git/config" })
            Folder.Write(name, $"needle in {name}\n");
        Folder.Write("early.bin", "needle\0\n");
        Folder.Write("late.bin", new string('x', 8191) + "\0\nneedle in late.bin\n");
        Folder.Write("later.bin", new string('x', 8192) + "\0\nneedle in later.bin\n");
        server = await TestServer.StartAsync("--dicts", Folder.Path);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task By_default_dotfiles_backups_and_binary_files_are_left_out_and_the_rest_is_in_order_of_name()
    {
        var answered = await server.GetAsync("/api/v1/search?q=needle").OkAsync();

        CollectionAssert.AreEqual(
            new[] { "-", "--help", "a.txt", "b.txt", "later.bin", "notes/2023/june.txt", "notes/2024/may.txt", "z[1].txt" },
            Names(answered));
        Assert.IsTrue(answered.Json.GetProperty("complete").GetBoolean());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("dictionary=*.txt", "a.txt", "b.txt", "notes/2023/june.txt", "notes/2024/may.txt", "z[1].txt")]
    [DataRow("dictionary=notes/**", "notes/2023/june.txt", "notes/2024/may.txt")]
    [DataRow("dictionary=notes/202?/*.txt", "notes/2023/june.txt", "notes/2024/may.txt")]
    [DataRow("dictionary=notes", "notes/2023/june.txt", "notes/2024/may.txt")]
    [DataRow("dictionary=notes/", "notes/2023/june.txt", "notes/2024/may.txt")]
    [DataRow("dictionary=notes/2024", "notes/2024/may.txt")]
    [DataRow("dictionary=!notes&dictionary=!*.bin", "-", "--help", "a.txt", "b.txt", "z[1].txt")]
    [DataRow("dictionary=*.txt&dictionary=!b.txt&dictionary=!**/june.*", "a.txt", "notes/2024/may.txt", "z[1].txt")]
    [DataRow("dictionary=.hidden&dictionary=a.txt&dictionary=!a*", ".hidden")]
    [DataRow("dictionary={a,b}.{md,txt}", "a.txt", "b.txt")]
    [DataRow("dictionary=?.txt", "a.txt", "b.txt")]
    [DataRow("dictionary=a.txt&dictionary=*.txt&dictionary=a.txt",
        "a.txt", "b.txt", "notes/2023/june.txt", "notes/2024/may.txt", "z[1].txt")]
    [DataRow("dictionary=b.txt&dictionary=a.txt", "a.txt", "b.txt")]
    [DataRow("dictionary=z%5B1%5D.txt", "z[1].txt")]
    [DataRow("dictionary=-", "-")]
    [DataRow("dictionary=--help", "--help")]
    public async Task Names_and_globs_choose_each_dictionary_once_in_order_of_name(string query, params string[] expected)
    {
        var answered = await server.GetAsync($"/api/v1/search?q=needle&{query}").OkAsync();

        CollectionAssert.AreEqual(expected, Names(answered));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(".hidden")]
    [DataRow("b.txt~")]
    [DataRow("early.bin")]
    [DataRow("late.bin")]
    [DataRow("notes/.git/config")]
    public async Task A_skipped_dictionary_answers_to_its_name(string name)
    {
        var answered = await server.FullAsync(new { q = "needle", dictionary = name }).OkAsync();

        CollectionAssert.AreEqual(new[] { name }, Names(answered));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("*~")]
    [DataRow("c*.txt")]
    [DataRow("A.TXT")]
    [DataRow("c.txt")]
    [DataRow("")]
    [DataRow("notes/*")]
    [DataRow("2024")]
    [DataRow("/a.txt")]
    [DataRow("./a.txt")]
    [DataRow("notes/../a.txt")]
    [DataRow("notes//2024/may.txt")]
    public async Task A_name_or_glob_that_fits_nothing_is_not_found(string name)
    {
        var refused = await server.FullAsync(new { q = "needle", dictionary = new[] { "a.txt", name } }).RefusedAsync(404);

        StringAssert.Contains(refused.Detail, $"'{name}'", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_file_whose_name_is_an_option_of_grep_is_a_file()
    {
        var answered = await server.FirstAsync(new { action = "search", term = "needle", dictionary = "--help" }).OkAsync();

        CollectionAssert.AreEqual(new[] { "needle in --help" }, answered.Results);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_dictionary_that_comes_later_is_found_at_once()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", "needle\n");
        await using var own = await TestServer.StartAsync("--dicts", folder.Path);
        await own.GetAsync("/api/v1/search?q=needle").OkAsync();

        folder.Write("new/b.txt", "needle\n");
        var answered = await own.GetAsync("/api/v1/search?q=needle").OkAsync();

        CollectionAssert.AreEqual(new[] { "a.txt", "new/b.txt" }, Names(answered));
    }

    [TestMethod, Timeout(120_000)]
    public async Task More_files_than_one_argument_list_may_hold_are_all_searched_in_order()
    {
        const int Files = 2_500;
        using var folder = new TemporaryFolder();
        foreach (var at in Enumerable.Range(0, Files)) folder.Write($"{at % 7}/{new string('n', 100)}{at:0000}.txt", $"needle {at}\nhay\n");
        await using var own = await TestServer.StartAsync("--dicts", folder.Path, "--timeout", "60s");

        var answered = await own.GetAsync("/api/v1/search?q=needle&limit=10000").OkAsync();
        var counted = await own.GetAsync("/api/v1/search?q=needle&count_only=1").OkAsync();

        var names = Names(answered);
        Assert.HasCount(Files, names);
        CollectionAssert.AreEqual(names.Order(StringComparer.Ordinal).ToArray(), names);
        foreach (var match in answered.Matches)
        {
            var number = int.Parse(match.TextOf()["needle ".Length..], null);
            StringAssert.EndsWith(match.GetProperty("dictionary").GetString(), $"{number:0000}.txt", StringComparison.Ordinal);
        }
        Assert.AreEqual(Files, counted.Json.GetProperty("count").GetInt32());
    }

    static string[] Names(Answered answered) => [.. answered.Matches.Select(match => match.GetProperty("dictionary").GetString()!)];
}
