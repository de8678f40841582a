// What the program says when it is started, rightly or wrongly, as seen from a shell: one line on stdout when it listens,
// one line on stderr and exit code 2 when it cannot.

using System.Net;
using System.Net.Sockets;
using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class StartSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task Stdout_has_exactly_the_one_line_that_says_where_it_listens()
    {
        await using var server = await TestServer.StartAsync("--log-level", "trace");
        await server.Http.GetStringAsync("/livez");
        await server.Http.GetStringAsync("/api/v1/search?q=cache");

        server.Signal(TestServer.Terminate);
        var rest = await server.Process.StandardOutput.ReadToEndAsync();

        Assert.AreEqual("", rest);
        Assert.AreEqual(0, await server.WaitForExitAsync());
        StringAssert.Matches(server.Url.ToString(), new(@"^http://127\.0\.0\.1:\d+/$"));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("--nope", "'--nope'")]
    [DataRow("frobnicate", "'frobnicate'")]
    [DataRow("search", "search")]
    [DataRow("--port", "--port")]
    [DataRow("--port\n0\n--port\n0", "--port")]
    [DataRow("search\na\nb", "'b'")]
    [DataRow("serve\nx", "'x'")]
    [DataRow("@/etc/hostname", "'@/etc/hostname'")]
    [DataRow("-p\n80", "'-p'")]
    [DataRow("--PORT\n80", "'--PORT'")]
    public async Task A_word_that_is_not_known_is_named(string arguments, string named) =>
        await AssertRefusedAsync(Words(arguments), named, "Try --help.");

    [TestMethod, Timeout(60_000)]
    [DataRow("--port\n70000", "--port", "'70000'", "0..65535")]
    [DataRow("--log-format\nxml", "--log-format", "'xml'", "text, json")]
    [DataRow("--dicts\n/no/such/folder", "--dicts", "'/no/such/folder'", "folder")]
    [DataRow("--dicts\n/etc/passwd", "--dicts", "'/etc/passwd'", "folder")]
    [DataRow("--default-dictionary\nnope.txt", "--default-dictionary", "'nope.txt'", "dictionary")]
    [DataRow("--default-dictionary\n../README.md", "--default-dictionary", "'../README.md'", "dictionary")]
    [DataRow("--config\n/no/such/file", "--config", "'/no/such/file'", "cannot be read")]
    [DataRow("--config\n/tmp", "--config", "'/tmp'", "cannot be read")]
    [DataRow("--config=", "--config", "--config", "--config")]
    [DataRow("--host\n192.0.2.1\n--port\n0", "192.0.2.1", "listen", "address")]
    [DataRow("--dicts\n", "--dicts", "''", "expected")]
    [DataRow("--config\n", "--config", "''", "read")]
    [DataRow("--timeout\n-Infinity", "--timeout", "'-Infinity'", "expected")]
    [DataRow("--default-dictionary\n", "--default-dictionary", "''", "dictionary")]
    [DataRow("search\nfoo\n--limit\nx", "limit", "'x'", "integer")]
    [DataRow("search\nfoo\n--limit\n0", "limit", "0", "1..10000")]
    [DataRow("search\nfoo\n--mode\nglob", "mode", "'glob'", "perl")]
    public async Task A_value_that_does_not_fit_is_named_with_what_was_expected(
        string arguments, string option, string value, string expected) =>
        await AssertRefusedAsync(Words(arguments), option, value, expected);

    [TestMethod, Timeout(60_000)]
    [DataRow("--port", "1\n2")]
    [DataRow("--dicts", "/a\nb")]
    [DataRow("--default-dictionary", "a\nb")]
    [DataRow("--config", "/a\nb")]
    [DataRow("--no\npe", "x")]
    [DataRow("--log-level", "\u001b[2J")]
    public async Task A_line_break_in_a_value_does_not_break_the_line(string option, string value)
    {
        var (exitCode, output, errors) = await TestServer.RunAsync(option, value);

        AssertOneLine(exitCode, output, errors);
        Assert.IsFalse(errors.TrimEnd('\n').Any(char.IsControl), errors);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("port = 0\n\n# comment\nprot = 1\n", "line 4", "'prot'")]
    [DataRow("port 0\n", "line 1", "'name = value'")] // not what stands there: it may be a secret
    [DataRow("\nport = x\n", "line 2", "'x'")]
    [DataRow("--port = 1\n", "line 1", "'--port'")]
    [DataRow("= 1\n", "line 1", "''")]
    [DataRow("config = other.conf\n", "line 1", "'config'")]
    [DataRow("dicts = a\0b\n", "dicts", "a")]
    public async Task A_mistake_in_the_file_is_told_with_its_line(string text, string line, string named)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("server.conf", text);

        await AssertRefusedAsync(["--config", file], line, named);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_variable_that_does_not_fit_is_named()
    {
        var start = TestServer.Command();
        start.Environment["TINYGREP_PORT"] = "eighty";

        var (exitCode, output, errors) = await TestServer.RunAsync(start);

        AssertOneLine(exitCode, output, errors, "TINYGREP_PORT: expected an integer in 0..65535, not 'eighty'.");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_port_that_is_taken_is_refused()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = $"{((IPEndPoint)taken.LocalEndpoint).Port}";

        await AssertRefusedAsync(["--port", port], port, "Cannot listen on 127.0.0.1");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_folder_without_a_dictionary_is_served_and_what_comes_later_is_found()
    {
        using var folder = new TemporaryFolder();
        folder.Write(".hidden", "text\n");
        await using var server = await TestServer.StartAsync("--dicts", folder.Path);

        var empty = await server.GetAsync("/api/v1/search?q=text").OkAsync();
        await server.FirstAsync(new { action = "search", term = "text" }).RefusedAsync(403);
        var ready = await server.GetAsync("/readyz");
        folder.Write("new.txt", "text\n");
        var found = await server.FirstAsync(new { action = "search", term = "text" }).OkAsync();

        Assert.AreEqual("0 True", $"{empty.Json.GetProperty("count")} {empty.Json.GetProperty("complete")}");
        Assert.AreEqual(200, ready.Status, ready.Text);
        CollectionAssert.AreEqual(new[] { "text" }, found.Results);
    }

    [TestMethod, Timeout(60_000), DataRow(new string[0]), DataRow(new[] { "serve" })]
    public async Task A_folder_is_served_by_its_name_alone(string[] verb)
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", "needle\n");
        await using var server = await TestServer.StartAsync([.. verb, folder.Path]);

        var found = await server.GetAsync("/api/v1/search?q=needle").OkAsync();

        Assert.AreEqual("a.txt", found.Matches.Single().GetProperty("dictionary").GetString());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("/no/such/folder", "no verb and no folder '/no/such/folder'")]
    [DataRow("serve\n/no/such/folder", "no folder '/no/such/folder'")]
    [DataRow("/etc/passwd", "'/etc/passwd'")]
    [DataRow("/tmp\nsearch\nx", "'/tmp' comes before the verb search")]
    [DataRow("postgres://tinygrep:secret@host/db", "…@host/db")]
    public async Task What_is_neither_a_verb_nor_a_folder_is_refused(string arguments, string named) =>
        await AssertRefusedAsync(Words(arguments), named, "Try --help.");

    [TestMethod, Timeout(60_000)]
    public async Task A_folder_that_an_ordinary_user_may_not_read_is_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("locked/quotes.txt", "text\n");
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(Path.Join(folder.Path, "locked"), UnixFileMode.None);

        var (exitCode, output, errors) = await TestServer.RunAsync(
            Unprivileged.Command("--port", "0", "--dicts", Path.Join(folder.Path, "locked")));

        AssertOneLine(exitCode, output, errors, "--dicts", "cannot be read");
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_file_that_an_ordinary_user_may_not_read_is_refused()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("server.conf", "port = 0\n");
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(file, UnixFileMode.None);

        var (exitCode, output, errors) = await TestServer.RunAsync(Unprivileged.Command("--config", file));

        AssertOneLine(exitCode, output, errors, "--config", file, "cannot be read");
    }

    [TestMethod, Timeout(60_000), DataRow("serve"), DataRow("search\nterm")]
    public async Task Without_grep_nothing_starts(string arguments)
    {
        using var empty = new TemporaryFolder();
        var start = TestServer.Command([.. Words(arguments), "--port", "0"]);
        start.FileName = Programs.Find(start.FileName);
        start.Environment["PATH"] = empty.Path;

        var (exitCode, output, errors) = await TestServer.RunAsync(start);

        AssertOneLine(exitCode, output, errors, "grep", "PATH");
    }

    [TestMethod, Timeout(60_000), DataRow("--help"), DataRow("-h"), DataRow("-?"), DataRow("serve\n--help"), DataRow("search\n--help")]
    public async Task Help_lists_every_option_and_verb(string arguments)
    {
        var (exitCode, output, errors) = await TestServer.RunAsync(Words(arguments));

        Assert.AreEqual((0, ""), (exitCode, errors));
        foreach (var option in SettingOptions.All)
        {
            var line = output.Split('\n').Single(line => line.TrimStart().StartsWith($"--{option.Name} ", StringComparison.Ordinal));
            StringAssert.Contains(line, $"<{option.Form}>", StringComparison.Ordinal);
            StringAssert.Contains(line, option.Help, StringComparison.Ordinal);
            StringAssert.Contains(line, $"[{option.EnvironmentName}]", StringComparison.Ordinal);
        }
        StringAssert.Contains(output, "--config <FILE>", StringComparison.Ordinal);
        if (Words(arguments).Length == 1) StringAssert.Matches(output, new(@"\n +serve .*\n +search <TERM> "));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Version_is_one_line()
    {
        var (exitCode, output, errors) = await TestServer.RunAsync("--version");

        Assert.AreEqual((0, ""), (exitCode, errors));
        StringAssert.Matches(output, new(@"^\d+\.\d+\.\d+[^\n]*\n$"));
    }

    static string[] Words(string? arguments) => (arguments ?? "").Split('\n');

    static async Task AssertRefusedAsync(string[] arguments, params string[] named)
    {
        var (exitCode, output, errors) = await TestServer.RunAsync(arguments);

        AssertOneLine(exitCode, output, errors, named);
    }

    static void AssertOneLine(int exitCode, string output, string errors, params string[] named)
    {
        Assert.AreEqual(2, exitCode, errors);
        Assert.AreEqual("", output);
        Assert.AreEqual(1, errors.Count(letter => letter == '\n'), errors);
        StringAssert.StartsWith(errors, "tinygrep: ", StringComparison.Ordinal);
        foreach (var name in named) StringAssert.Contains(errors, name, StringComparison.Ordinal);
        Assert.IsFalse(errors.Contains("System.", StringComparison.Ordinal), errors);
    }
}
