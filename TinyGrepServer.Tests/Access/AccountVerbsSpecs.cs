// user add, list and remove: what they print, how they end, and that a password is never seen.

using System.Diagnostics;
using System.Text;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Access;

[TestClass]
public sealed class AccountVerbsSpecs
{
    readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void Remove() => folder.Dispose();

    [TestMethod, Timeout(120_000)]
    [DataRow(Engine.Sqlite)]
    [DataRow(Engine.Postgres)]
    public async Task Users_are_added_listed_and_removed(Engine engine)
    {
        var options = await Databases.OptionsAsync(engine, folder);

        var none = await TestServer.RunAsync(["user", "list", .. options]);
        var ann = await TokenClient.RunAsync("correct horse\n", ["user", "add", "ann", .. options]);
        var bob = await TokenClient.RunAsync("correct horse", ["user", "add", "bob@example.org", "--read-only", .. options]);
        var again = await TokenClient.RunAsync("correct horse\n", ["user", "add", "ann", .. options]);
        var list = await TestServer.RunAsync(["user", "list", .. options]);
        var gone = await TestServer.RunAsync(["user", "remove", "ann", .. options]);
        var nobody = await TestServer.RunAsync(["user", "remove", "ann", .. options]);
        var last = await TestServer.RunAsync(["user", "list", .. options]);

        Assert.AreEqual((0, "", ""), none);
        Assert.AreEqual((0, "Added ann.\n", ""), ann);
        Assert.AreEqual((0, "Added bob@example.org.\n", ""), bob);
        Assert.AreEqual((2, "", "tinygrep: user add: the user 'ann' already exists.\n"), again);
        StringAssert.Matches(list.Output, new(@"^ann\tread, write\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\nbob@example\.org\tread\t\S+Z\n$"));
        Assert.AreEqual((0, "Removed ann.\n", ""), gone);
        Assert.AreEqual((2, "", "tinygrep: user remove: there is no user 'ann'.\n"), nobody);
        Assert.StartsWith("bob@example.org\tread\t", last.Output);
    }

    [TestMethod, Timeout(120_000)]
    public async Task What_cannot_be_done_ends_with_2_and_one_line()
    {
        string[] options = ["--data", Path.Join(folder.Path, "data")];

        foreach (var (name, password) in new[]
        {
            ("ann", ""),
            ("ann", "\n"),
            ("ann", "short7!\n"),
            ("ann", new string('a', 1_025) + "\n"),
            ("", "correct horse\n"),
            ("a b", "correct horse\n"),
            ("a\nb", "correct horse\n"),
            ("änn", "correct horse\n"),
            ("a/b", "correct horse\n"),
            ("../a", "correct horse\n"),
            (new string('a', 65), "correct horse\n"),
            ("a\u001b[31m", "correct horse\n"),
        })
        {
            var (exitCode, output, errors) = await TokenClient.RunAsync(password, ["user", "add", name, .. options]);
            Assert.AreEqual((2, ""), (exitCode, output), name);
            Assert.StartsWith("tinygrep: user add: ", errors);
            Assert.AreEqual(1, errors.Count(letter => letter == '\n'), errors);
            Assert.DoesNotContain('\u001b', errors);
        }
        foreach (var arguments in new[]
        {
            new[] { "user" },
            ["user", "add"],
            ["user", "add", "ann", "password"],
            ["user", "frobnicate"],
            ["user", "remove"],
            ["user", "list", "ann"],
            ["token"],
            ["token", "rotate"],
        })
        {
            var (exitCode, output, errors) = await TestServer.RunAsync([.. arguments, .. options]);
            Assert.AreEqual((2, ""), (exitCode, output), string.Join(' ', arguments));
            Assert.AreEqual(1, errors.Count(letter => letter == '\n'), errors);
        }
        Assert.AreEqual((0, "", ""), await TestServer.RunAsync(["user", "list", .. options]));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_database_that_cannot_be_used_ends_with_1_and_says_so()
    {
        var data = folder.Write("file", "");

        var (exitCode, output, errors) =
            await TokenClient.RunAsync("correct horse\n", ["user", "add", "ann", "--data", data, "--log-level", "none"]);

        Assert.AreEqual((1, ""), (exitCode, output));
        Assert.StartsWith("tinygrep: The database cannot be used", errors);
        Assert.AreEqual(1, errors.Count(letter => letter == '\n'), errors);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_password_typed_at_a_terminal_is_asked_twice_and_not_shown()
    {
        var (exitCode, shown) = await TypeAsync("correct hoXX\u007f\u007frse\r", "correct horse\r");

        Assert.AreEqual(0, exitCode, shown);
        Assert.DoesNotContain("horse", shown);
        Assert.Contains("Password: ", shown);
        Assert.Contains("Again: ", shown);
        Assert.Contains("Added ann.", shown);
        await using var server = await TestServer.StartAsync("--data", Path.Join(folder.Path, "data"));
        await server.TokenAsync("ann", "correct horse");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("another horse\r", "differ"), DataRow("\u0003", "cancelled"), DataRow("\u0004", "cancelled")]
    public async Task A_second_password_that_is_not_the_first_ends_with_2(string second, string expected)
    {
        var (exitCode, shown) = await TypeAsync("correct horse\r", second);

        Assert.AreEqual(2, exitCode, shown);
        Assert.Contains(expected, shown);
        Assert.DoesNotContain("horse", shown);
        Assert.Contains("echo is on", shown);
    }

    /// <summary>Runs user add at a terminal (script(1) makes one); each line is typed once its prompt is there.</summary>
    async Task<(int ExitCode, string Shown)> TypeAsync(params string[] lines)
    {
        var add = $"dotnet {Path.Join(TestServer.BinaryFolder, "TinyGrepServer.dll")} user add ann --data {Path.Join(folder.Path, "data")}";
        var command = $"{add}; code=$?; stty | grep -q -- -echo || echo echo is on; exit $code";
        using var process = Process.Start(Programs.Start("script", "-qec", command, "/dev/null"))!;
        var shown = new StringBuilder();
        var buffer = new char[1_024];
        var typed = 0;
        while (await process.StandardOutput.ReadAsync(buffer) is > 0 and var count)
        {
            shown.Append(buffer, 0, count);
            var prompt = typed == 0 ? "Password: " : "Again: ";
            if (typed >= lines.Length || !shown.ToString().Contains(prompt, StringComparison.Ordinal)) continue;
            await process.StandardInput.WriteAsync(lines[typed++]);
            await process.StandardInput.FlushAsync();
        }
        await process.WaitForExitAsync();
        return (process.ExitCode, shown.ToString());
    }
}
