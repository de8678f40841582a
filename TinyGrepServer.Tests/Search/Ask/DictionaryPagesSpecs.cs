// The list of dictionaries in pages and by folder.

using System.Text.Json;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class DictionaryPagesSpecs
{
    static readonly string[] Names =
        [".hidden", "a.txt", "b/1.txt", "b/2.txt", "b/c/3.txt", "b/c/4.md", "b-side.txt", "d/e/f/5.txt", "z.txt"];

    static readonly TemporaryFolder Folder = new();
    static readonly TemporaryFolder Mixed = new();
    static TestServer server = null!;
    static TestServer mixed = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        foreach (var name in Names) Folder.Write(name, "one\ntwo\n");
        server = await TestServer.StartAsync("--dicts", Folder.Path);
        foreach (var name in (string[])["a.txt", ".hidden"]) Mixed.Write(name, "x\n");
        Mixed.Write("picture.bin", "x\0\n");
        await File.WriteAllTextAsync(Path.Join(Mixed.Path, "windows.txt"), "x\r\n", System.Text.Encoding.Unicode);
        mixed = await TestServer.StartAsync("--dicts", Mixed.Path, "--default-dictionary", "a.txt");
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        await mixed.DisposeAsync();
        Folder.Dispose();
        Mixed.Dispose();
    }

    [TestMethod, Timeout(60_000), DataRow(1), DataRow(2), DataRow(4), DataRow(9), DataRow(100)]
    public async Task Pages_hold_every_dictionary_once(int limit)
    {
        List<string> names = [];
        for (string? next = ""; next is not null;)
        {
            var page = await ListAsync($"limit={limit}{(next.Length > 0 ? $"&cursor={next}" : "")}");
            Assert.AreEqual(Names.Length, page.GetProperty("total").GetInt32());
            names.AddRange(NamesOf(page));
            next = page.GetProperty("next").GetString();
            Assert.IsTrue(next is null || page.GetProperty("dictionaries").GetArrayLength() == limit);
        }

        CollectionAssert.AreEqual(Names.Order(StringComparer.Ordinal).ToArray(), names);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("skipped=true", ".hidden picture.bin")]
    [DataRow("skipped=true&dictionary=*.bin", "picture.bin")]
    [DataRow("skipped=false&folder=", "a.txt windows.txt")]
    [DataRow("form=utf-16le", "windows.txt")]
    [DataRow("form=utf-16le&form=binary&dictionary=!w*", "picture.bin")]
    [DataRow("form=gzip", "")]
    public async Task Forms_and_what_is_skipped_can_be_chosen(string query, string expected)
    {
        var list = (await mixed.GetAsync($"/api/v1/dictionaries?{query}").OkAsync()).Json;

        Assert.AreEqual(expected, string.Join(' ', NamesOf(list)));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_quick_list_does_not_wait_for_the_lines_of_a_large_file()
    {
        using var folder = new TemporaryFolder();
        folder.Write("large.log", string.Concat(Enumerable.Repeat("a line of a log\n", 100_000)));
        folder.Write("small.txt", "one\n");
        await using var own = await TestServer.StartAsync("--dicts", folder.Path, "--index-bytes", "0");

        var quick = await LinesAsync("quick=true");
        var patient = await LinesAsync("");

        Assert.AreEqual(("null 1", "100000 1"), (quick, patient));

        async Task<string> LinesAsync(string query) => string.Join(
            ' ',
            (await own.GetAsync($"/api/v1/dictionaries?{query}").OkAsync()).Json.GetProperty("dictionaries").EnumerateArray()
                .Select(one => one.GetProperty("lines").GetRawText()));
    }

    [TestMethod, Timeout(60_000)]
    public async Task What_comes_and_goes_between_two_pages_neither_hides_nor_repeats_another()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in "bdf") folder.Write($"{name}.txt", "x\n");
        await using var own = await TestServer.StartAsync("--dicts", folder.Path);
        var first = (await own.GetAsync("/api/v1/dictionaries?limit=2").OkAsync()).Json;

        folder.Write("a.txt", "x\n");
        folder.Write("e.txt", "x\n");
        File.Delete(Path.Join(folder.Path, "d.txt"));
        var second = (await own.GetAsync($"/api/v1/dictionaries?limit=2&cursor={first.GetProperty("next").GetString()}").OkAsync()).Json;

        Assert.AreEqual("b.txt d.txt e.txt f.txt", string.Join(' ', NamesOf(first).Concat(NamesOf(second))));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("", ".hidden a.txt b-side.txt z.txt", "b d")]
    [DataRow("b", "b/1.txt b/2.txt", "b/c")]
    [DataRow("b/", "b/1.txt b/2.txt", "b/c")]
    [DataRow("b/c", "b/c/3.txt b/c/4.md", "")]
    [DataRow("d", "", "d/e")]
    [DataRow("b&dictionary=*.md", "", "b/c", DisplayName = "of the folders, those that lead to what is asked for")]
    [DataRow("&dictionary=!.*", "a.txt b-side.txt z.txt", "b d")]
    [DataRow("d&dictionary=*.md", "", "")]
    public async Task A_folder_has_its_own_dictionaries_and_its_folders(string folder, string names, string folders)
    {
        var page = await ListAsync($"folder={folder}");

        Assert.AreEqual(names, string.Join(' ', NamesOf(page)));
        Assert.AreEqual(folders, string.Join(' ', page.GetProperty("folders").EnumerateArray().Select(one => one.GetString())));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("dictionary=*.md", "b/c/4.md")]
    [DataRow("dictionary=b", "b/1.txt b/2.txt b/c/3.txt b/c/4.md")]
    [DataRow("dictionary=b&dictionary=!b/c", "b/1.txt b/2.txt")]
    [DataRow("dictionary=.hidden&dictionary=z.txt", ".hidden z.txt")]
    [DataRow("dictionary=.*", ".hidden", DisplayName = "skipped ones are listed")]
    [DataRow("dictionary=nope*", "")]
    public async Task Patterns_choose_as_in_a_search(string query, string names)
    {
        var page = await ListAsync(query);

        Assert.AreEqual(names, string.Join(' ', NamesOf(page)));
        Assert.AreEqual(NamesOf(page).Length, page.GetProperty("total").GetInt32());
        Assert.IsFalse(page.TryGetProperty("folders", out _));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_dictionary_tells_its_form()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", "x\n");
        folder.Write("b.bin", "x\0\n");
        await using var own = await TestServer.StartAsync("--dicts", folder.Path);

        var page = (await own.GetAsync("/api/v1/dictionaries").OkAsync()).Json;

        var forms = page.GetProperty("dictionaries").EnumerateArray().Select(one => one.GetProperty("form").GetString());
        Assert.AreEqual("plain binary", string.Join(' ', forms));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("limit=0", 400), DataRow("limit=10001", 400), DataRow("limit=x", 400), DataRow("cursor=%3D", 400), DataRow("cursor=A", 400)]
    [DataRow("cursor=YQ%3D%3D", 400), DataRow("cursor=Y%20Q", 400), DataRow("cursor=YQ%2B%2F", 400), DataRow("cursor=YR", 400)]
    [DataRow("folder=nope", 404), DataRow("folder=a.txt", 404), DataRow("folder=../x", 404), DataRow("page=2", 400)]
    public async Task What_does_not_fit_is_refused(string query, int status) =>
        await server.GetAsync($"/api/v1/dictionaries?{query}").RefusedAsync(status);

    static async Task<JsonElement> ListAsync(string query) => (await server.GetAsync($"/api/v1/dictionaries?{query}").OkAsync()).Json;

    static string[] NamesOf(JsonElement page) =>
        [.. page.GetProperty("dictionaries").EnumerateArray().Select(one => one.GetProperty("name").GetString()!)];
}
