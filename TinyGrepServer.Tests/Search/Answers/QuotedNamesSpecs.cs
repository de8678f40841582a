// A name looks the same in every answer: letters of all alphabets are not escaped, so a person can read it and a program can compare
// the bytes.

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class QuotedNamesSpecs
{
    const string Name = "naïve & <b>'s \"1\" +日本.txt";
    const string Quoted = """
        "naïve & <b>'s \"1\" +日本.txt"
        """;

    static readonly TemporaryFolder Folder = new();
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        Folder.Write(Name, "a fish\n");
        server = await TestServer.StartAsync("--dicts", Folder.Path);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Folder.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("dictionaries")]
    [DataRow("search?q=fish")]
    [DataRow("search?q=fish&count_only=true")]
    public async Task A_name_is_written_as_it_is(string path)
    {
        var answered = await server.GetAsync($"/api/v1/{path}").OkAsync();

        StringAssert.Contains(answered.Text, Quoted, StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task One_who_follows_reads_the_same_name()
    {
        using var followed = new StreamReader(await server.Http.GetStreamAsync(new Uri("/api/v1/follow?q=fish&last=1", UriKind.Relative)));

        var told = "";
        while (!told.Contains("a fish", StringComparison.Ordinal))
            told = await followed.ReadLineAsync() ?? throw new AssertFailedException("It ended.");

        StringAssert.Contains(told, Quoted, StringComparison.Ordinal);
    }
}
