// search TERM without a server: what it prints is what grep prints over the same files, byte for byte, its exit codes are
// grep's, and --json is the very answer a server gives to the same question.

using System.Diagnostics;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class SearchVerbSpecs
{
    const string Text = "one\ntwo\nthree cache\nfour\nfive\nsix\nseven Cache\neight\ncache cached\nnine\nnaïve — café\n@home\n-v\n";

    static readonly TemporaryFolder Served = Folder();
    static TestServer server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => server = await TestServer.StartAsync("--dicts", Served.Path);

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await server.DisposeAsync();
        Served.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("cache", "", "")]
    [DataRow("cache", "--ignore-case", "-i")]
    [DataRow("cache", "--word", "-w")]
    [DataRow("one", "--line", "-x")]
    [DataRow("e", "--invert", "-v")]
    [DataRow("cache", "--context 1", "-C 1")]
    [DataRow("cache", "--before 2", "-B 2")]
    [DataRow("cache", "--after 1", "-A 1")]
    [DataRow("cache", "--context 1 --before 0", "-A 1")]
    [DataRow("cache", "--context 1000", "-C 1000")]
    [DataRow("four|nine", "--mode extended", "-E")]
    [DataRow("naïve — c", "--mode fixed", "-F")]
    [DataRow("c.fé", "", "")]
    [DataRow("(?<=na)ï", "--mode perl", "-P")]
    [DataRow("^", "--context 3 --limit 10000", "-C 3")]
    [DataRow("e", "--invert --context 1", "-v -C 1")]
    [DataRow("\\(e\\)\\1", "", "")]
    public async Task The_lines_are_greps(string term, string options, string grepOptions)
    {
        using var folder = Folder();

        var (exitCode, output, errors) = await SearchAsync(folder, [term, .. Words(options)]);

        var expected = await GrepAsync(folder, [.. Words(grepOptions), "-e", term]);
        Assert.AreEqual(expected.Output, output);
        Assert.AreEqual((0, ""), (exitCode, errors));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("-v"), DataRow("--json"), DataRow("-n"), DataRow("--")]
    public async Task A_term_after_two_dashes_may_begin_with_one(string term)
    {
        using var folder = Folder();

        var (exitCode, output, _) = await SearchAsync(folder, ["--", term]);

        var expected = await GrepAsync(folder, ["-e", term]);
        Assert.AreEqual((expected.ExitCode, expected.Output), (exitCode, output));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_term_that_begins_with_an_at_sign_is_no_file_name()
    {
        using var folder = Folder();

        Assert.AreEqual((0, "a.txt:12:@home\n", ""), await SearchAsync(folder, ["@home"]));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Nothing_found_is_exit_code_1_and_silence()
    {
        using var folder = Folder();

        Assert.AreEqual((1, "", ""), await SearchAsync(folder, ["no such text"]));
        Assert.AreEqual((1, "0\n", ""), await SearchAsync(folder, ["no such text", "--count-only"]));
        Assert.AreEqual(1, (await SearchAsync(folder, ["no such text", "--json"])).ExitCode);
        Assert.AreEqual(1, (await SearchAsync(folder, ["no such text", "--json", "--count-only"])).ExitCode);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_bad_pattern_gets_greps_words_and_exit_code_2()
    {
        using var folder = Folder();
        var grep = await GrepAsync(folder, ["-e", "\\("]);

        Assert.AreEqual((2, "", $"tinygrep: {grep.Errors}"), await SearchAsync(folder, ["\\("]));
        Assert.AreEqual((2, "", $"tinygrep: {grep.Errors}"), await SearchAsync(folder, ["\\(", "--json"]));
        Assert.AreEqual((2, "", $"tinygrep: {grep.Errors}"), await SearchAsync(folder, ["\\(", "--count-only"]));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Only_the_named_dictionaries_are_searched()
    {
        using var folder = Folder();
        folder.Write("notes/c.txt", "cache\n");

        Assert.AreEqual((0, "notes/c.txt:1:cache\n", ""), await SearchAsync(folder, ["cache", "--dictionary", "notes/*"]));
        Assert.AreEqual(
            (0, "b.txt:1:a cache here\nnotes/c.txt:1:cache\n", ""),
            await SearchAsync(folder, ["cache", "--dictionary", "b.txt", "--dictionary", "notes/c.txt"]));
        var (exitCode, output, errors) = await SearchAsync(folder, ["cache", "--dictionary", "z.txt"]);
        Assert.AreEqual((2, ""), (exitCode, output));
        StringAssert.StartsWith(errors, "tinygrep: There is no dictionary 'z.txt'.", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_count_is_one_number_over_all_dictionaries()
    {
        using var folder = Folder();

        Assert.AreEqual((0, "3\n", ""), await SearchAsync(folder, ["cache", "--count-only", "--limit", "1"]));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_limit_stops_with_a_note_on_stderr()
    {
        using var folder = Folder();

        var (exitCode, output, errors) = await SearchAsync(folder, ["cache", "--limit", "1", "--context", "1"]);
        var whole = await SearchAsync(folder, ["cache", "--limit", "3"]);

        Assert.AreEqual((0, "a.txt-2-two\na.txt:3:three cache\na.txt-4-four\n"), (exitCode, output));
        Assert.AreEqual("tinygrep: stopped at 1 matches; there are more (--limit).\n", errors);
        Assert.AreEqual("", whole.Errors, "all there were");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("cache", "", "q=cache")]
    [DataRow("cache", "--context 1 --limit 2", "q=cache&context=1&limit=2")]
    [DataRow("CACHE", "--ignore-case --count-only", "q=CACHE&ignore_case=true&count_only=true")]
    [DataRow("no such text", "", "q=no+such+text")]
    [DataRow(
        "caf.",
        "--dictionary a.txt --dictionary b* --mode extended --word",
        "q=caf.&dictionary=a.txt&dictionary=b*&mode=extended&word=true")]
    [DataRow("x", "--invert --before 2 --after 0 --line", "q=x&invert=true&before=2&after=0&line=true")]
    public async Task Json_is_the_servers_answer_to_the_same_question(string term, string options, string query)
    {
        var (_, output, errors) = await SearchAsync(Served, [term, "--json", .. Words(options)]);

        Assert.AreEqual(await server.Http.GetStringAsync("/api/v1/search?" + query) + "\n", output);
        Assert.AreEqual("", errors);
    }

    [TestMethod, Timeout(120_000), DataRow(""), DataRow("--json"), DataRow("--context 2")]
    public async Task A_reader_that_leaves_ends_the_search_quietly(string options)
    {
        using var folder = new TemporaryFolder();
        folder.Write("long.txt", string.Concat(Enumerable.Repeat(new string('x', 2_000) + "\n", 1_500)));
        var start = Programs.Shell(
            "\"$@\" | head -c 100 | wc -c; exit ${PIPESTATUS[0]}",
            ["search", "x", "--dicts", folder.Path, "--limit", "10000", .. Words(options)]);

        var (exitCode, output, errors) = await TestServer.RunAsync(start);

        Assert.AreEqual(("100", ""), (output.Trim(), errors));
        Assert.IsTrue(exitCode is 0 or 2, $"{exitCode}");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("", DisplayName = "lines")]
    [DataRow("--count-only")]
    [DataRow("--json")]
    [DataRow("--json --count-only")]
    public async Task A_dictionary_that_cannot_be_read_is_exit_code_2_as_greps(string options)
    {
        using var folder = Folder();
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(Path.Join(folder.Path, "b.txt"), UnixFileMode.None);

        foreach (var term in new[] { "cache", "no such text" })
        {
            var start = Unprivileged.Command(["search", term, "--dicts", folder.Path, .. Words(options)]);
            var (exitCode, output, errors) = await TestServer.RunAsync(start);

            Assert.AreEqual(2, exitCode, $"{term}: {output} {errors}");
            var said = options.Contains("json", StringComparison.Ordinal)
                ? "\"complete\":false,\"stop_reason\":\"unreadable\""
                : "could not be read";
            StringAssert.Contains(output + errors, said, StringComparison.Ordinal);
        }
    }

    [TestMethod, Timeout(60_000), DataRow("", DisplayName = "lines"), DataRow("--count-only"), DataRow("--json")]
    public async Task A_search_that_runs_out_of_time_is_exit_code_2(string options)
    {
        using var folder = new TemporaryFolder();
        folder.Write("hard.txt", string.Concat(Enumerable.Repeat($"{new string('a', 400)}b{new string('a', 400)}c\n", 2_000)));

        var (exitCode, output, errors) = await TestServer.RunAsync(
            ["search", "\\(a*\\)*b\\1\\1c", "--dicts", folder.Path, "--timeout", "100ms", .. Words(options)]);

        Assert.AreEqual(2, exitCode, output + errors);
        var said = options == "--json" ? "\"stop_reason\":\"timeout\"" : "the time was up";
        StringAssert.Contains(output + errors, said, StringComparison.Ordinal);
    }

    static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        folder.Write("a.txt", Text);
        folder.Write("b.txt", "a cache here\n");
        return folder;
    }

    static string[] Words(string? text) => (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static Task<(int ExitCode, string Output, string Errors)> SearchAsync(TemporaryFolder folder, params string[] arguments) =>
        TestServer.RunAsync(["--dicts", folder.Path, "search", .. arguments]);

    static Task<(int ExitCode, string Output, string Errors)> GrepAsync(TemporaryFolder folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("grep", ["-n", "-H", .. arguments, "--", "a.txt", "b.txt"]) { WorkingDirectory = folder.Path };
        start.Environment["LC_ALL"] = "C.UTF-8";
        return TestServer.RunAsync(start);
    }
}
